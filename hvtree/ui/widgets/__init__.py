"""Small widgets that dialogs and views are made of."""
