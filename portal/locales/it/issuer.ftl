# The demonstration's own sign-in
issuer-title = Chi vuole essere?
issuer-lead = Questa è una dimostrazione. Queste persone non esistono e nessuno chiede una password. Scelga di chi vuole vedere il punto di vista.
issuer-assurance = Con quale sicurezza accede?
issuer-assurance-hint = Gli incarti delicati si mostrano solo dopo un accesso forte.
issuer-substantial = Forte, come in due passi
issuer-low = Debole, come con la sola password
issuer-residents = Come abitante
issuer-offices = In un Comune o in un ufficio
issuer-canton = Al Cantone
issuer-operation = All’esercizio
issuer-cases =
    { $count ->
        [one] 1 richiesta
       *[other] { $count } richieste
    }
issuer-turn = l’autorità attende una risposta
issuer-represents = rappresenta altre persone
issuer-role-clerk = Trattamento degli incarti
issuer-role-steward = Gestione della partecipazione
issuer-role-overseer = Vigilanza
issuer-operator = Registro, viste, interfacce
issuer-nobody = Non accedere
