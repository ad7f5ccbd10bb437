"""The program without its window: the state that windows show and the commands they give."""
