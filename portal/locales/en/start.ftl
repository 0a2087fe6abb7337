start-title = What would you like to do?
