start-title = Was möchten Sie erledigen?
