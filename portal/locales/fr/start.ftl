start-title = Que souhaitez-vous faire ?
start-search = Cherchez avec vos mots
start-municipality = Commune
start-any-municipality = Toutes les communes
start-find = Rechercher
start-found = { $count ->
        [0] Rien trouvé pour « { $sought } »
        [one] 1 prestation trouvée pour « { $sought } »
       *[other] { $count } prestations trouvées pour « { $sought } »
    }
start-none = Essayez un autre mot ou choisissez ci-dessous parmi toutes les prestations. Le guichet de votre commune vous aide par téléphone.
start-absent = pas en ligne dans cette commune
start-all = Toutes les prestations de A à Z
start-nearest = Ce qui s’en rapproche le plus :
