"""What a column is: one declaration of every column of Bundles and Videos."""
