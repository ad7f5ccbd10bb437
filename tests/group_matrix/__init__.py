"""What goes wrong with a group at any phase and member, in any way: nobody stays stopped, and it is whole or as before."""
