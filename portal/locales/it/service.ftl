# service
service-back = Tutte le prestazioni
service-absent = { $municipality } non lo offre qui
service-absent-text = Si rivolga all’amministrazione comunale di { $municipality }: allo sportello, al telefono o per lettera.
service-begin = Iniziare la domanda
service-pages = { $pages ->
        [one] Il modulo ha una pagina. I Suoi dati vengono salvati man mano.
       *[other] Il modulo ha { $pages } pagine. I Suoi dati vengono salvati man mano.
    }
service-for-residents = Questo modulo è destinato agli abitanti. Lei ha effettuato l’accesso come funzionario.
service-municipality = In quale Comune?
service-look = Verificare se è possibile online
service-papers = Documenti necessari
service-no-papers = Non servono documenti.
service-asked = Che cosa chiede il modulo
service-decides = Chi è competente
service-decides-municipality = Il Comune che indica alla voce «{ $field }».
service-decides-chosen = { $municipality }, se indica questo Comune alla voce «{ $field }».
service-involved = Partecipa anche:
service-sign-in = Accesso
service-sign-in-text = Per inoltrare la domanda si accede. Così la ritrova in ogni momento.
service-cost = Quanto costa
service-duration = Quanto tempo ci vuole
service-days = { $days ->
        [one] Di solito un giorno.
       *[other] Di solito { $days } giorni.
    }
needs-low = Basta un accesso semplice.
needs-substantial = È necessario un accesso con un secondo fattore.
needs-high = È necessario un accesso con identità verificata.
