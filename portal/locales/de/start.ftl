start-title = Was möchten Sie erledigen?
start-search = Suchen Sie mit Ihren Worten
start-municipality = Gemeinde
start-any-municipality = Alle Gemeinden
start-find = Suchen
start-found = { $count ->
        [0] Nichts gefunden für «{ $sought }»
        [one] 1 Leistung gefunden für «{ $sought }»
       *[other] { $count } Leistungen gefunden für «{ $sought }»
    }
start-none = Versuchen Sie ein anderes Wort, oder wählen Sie unten aus allen Leistungen. Der Schalter Ihrer Gemeinde hilft am Telefon weiter.
start-absent = in dieser Gemeinde nicht online
start-all = Alle Leistungen von A bis Z
start-nearest = Am nächsten kommt:
