# canton
