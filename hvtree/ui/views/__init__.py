"""Views: the tree, the details and the activity panel."""
