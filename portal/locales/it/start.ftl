start-title = Che cosa desidera fare?
start-search = Cerchi con parole Sue
start-municipality = Comune
start-any-municipality = Tutti i Comuni
start-find = Cercare
start-found = { $count ->
        [0] Nessun risultato per «{ $sought }»
        [one] 1 prestazione trovata per «{ $sought }»
       *[other] { $count } prestazioni trovate per «{ $sought }»
    }
start-none = Provi un’altra parola oppure scelga qui sotto fra tutte le prestazioni. Lo sportello del Suo Comune aiuta al telefono.
start-absent = non online in questo Comune
start-all = Tutte le prestazioni dalla A alla Z
start-nearest = Ciò che più si avvicina:
