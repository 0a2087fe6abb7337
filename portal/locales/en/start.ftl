start-title = What would you like to do?
start-search = Search in your own words
start-municipality = Municipality
start-any-municipality = All municipalities
start-find = Search
start-found = { $count ->
        [0] Nothing found for “{ $sought }”
        [one] 1 service found for “{ $sought }”
       *[other] { $count } services found for “{ $sought }”
    }
start-none = Try another word, or choose from all services below. Your municipality’s counter helps on the telephone.
start-absent = not online in this municipality
start-all = All services from A to Z
start-nearest = The nearest:
