line-opened = Il dossier è aperto.
line-you-added = Lei partecipa come: { $what }.
line-party-added = Partecipa: { $name } ({ $what }).
line-submitted =
    { $by ->
        [you] Ha inoltrato la domanda.
        [named] { $who } ha inoltrato la domanda.
        [auto] Automaticamente: la domanda è inoltrata.
       *[somebody] Qualcuno ha inoltrato la domanda.
    }
line-phase = Inizia la fase seguente: { $what }.
line-involved = { $other } partecipa al dossier.
line-no-longer-involved = { $other } non partecipa più.
line-decided =
    { $by ->
        [you] Ha deciso: { $what }.
        [named] { $who } ha deciso: { $what }.
        [auto] Automaticamente: { $what }.
       *[somebody] Qualcuno ha deciso: { $what }.
    }
line-closed =
    { $by ->
        [you] Ha concluso il dossier.
        [named] { $who } ha concluso il dossier.
        [auto] Automaticamente: il dossier è concluso.
       *[somebody] Qualcuno ha concluso il dossier.
    }
line-withdrawn =
    { $by ->
        [you] Ha ritirato la domanda.
        [named] { $who } ha ritirato la domanda.
        [auto] Automaticamente: la domanda è ritirata.
       *[somebody] Qualcuno ha ritirato la domanda.
    }
line-reopened =
    { $by ->
        [you] Ha riaperto il dossier.
        [named] { $who } ha riaperto il dossier.
        [auto] Automaticamente: il dossier è riaperto.
       *[somebody] Qualcuno ha riaperto il dossier.
    }
line-task-added = Nuovo compito per { $other }: { $what }.
line-task-assigned =
    { $by ->
        [you] Ha assegnato il compito: { $what }.
        [named] { $who } ha assegnato il compito: { $what }.
        [auto] Automaticamente: il compito è assegnato: { $what }.
       *[somebody] Qualcuno ha assegnato il compito: { $what }.
    }
line-task-claimed =
    { $by ->
        [you] Ha preso in carico il compito: { $what }.
        [named] { $who } ha preso in carico il compito: { $what }.
        [auto] Automaticamente: il compito è preso in carico: { $what }.
       *[somebody] Qualcuno ha preso in carico il compito: { $what }.
    }
line-task-released =
    { $by ->
        [you] Ha restituito il compito: { $what }.
        [named] { $who } ha restituito il compito: { $what }.
        [auto] Automaticamente: il compito è restituito: { $what }.
       *[somebody] Qualcuno ha restituito il compito: { $what }.
    }
line-task-completed =
    { $by ->
        [you] Ha concluso il compito: { $what }.
        [named] { $who } ha concluso il compito: { $what }.
        [auto] Automaticamente: il compito è concluso: { $what }.
       *[somebody] Qualcuno ha concluso il compito: { $what }.
    }
line-asked-you =
    { $by ->
        [you] Le serve ancora qualcosa.
        [named] { $who } ha ancora bisogno di qualcosa da Lei.
        [auto] Automaticamente: manca ancora qualcosa da parte Sua.
       *[somebody] Qualcuno ha ancora bisogno di qualcosa da Lei.
    }
line-asked =
    { $by ->
        [you] Ha fatto una richiesta di precisazioni (n. { $number }).
        [named] { $who } ha fatto una richiesta di precisazioni (n. { $number }).
        [auto] Automaticamente: richiesta di precisazioni n. { $number }.
       *[somebody] Qualcuno ha fatto una richiesta di precisazioni (n. { $number }).
    }
line-answered =
    { $by ->
        [you] Ha risposto.
        [named] { $who } ha risposto.
        [auto] Automaticamente: la risposta è arrivata.
       *[somebody] Qualcuno ha risposto.
    }
line-message =
    { $by ->
        [you] Ha scritto.
        [named] { $who } ha scritto.
        [auto] Automaticamente: è arrivato un messaggio.
       *[somebody] Qualcuno ha scritto.
    }
line-document =
    { $by ->
        [you] Ha inoltrato un allegato: { $what }.
        [named] { $who } ha inoltrato un allegato: { $what }.
        [auto] Automaticamente: è arrivato un allegato: { $what }.
       *[somebody] Qualcuno ha inoltrato un allegato: { $what }.
    }
line-handed-over =
    { $by ->
        [you] Desidera trasmettere il dossier a { $other }.
        [named] { $who } desidera trasmettere il dossier a { $other }.
        [auto] Automaticamente: il dossier va trasmesso a { $other }.
       *[somebody] Qualcuno desidera trasmettere il dossier a { $other }.
    }
line-handover-accepted =
    { $by ->
        [you] Ha assunto il dossier. Ora è competente { $other }.
        [named] { $who } ha assunto il dossier. Ora è competente { $other }.
        [auto] Automaticamente: ora è competente { $other }.
       *[somebody] Qualcuno ha assunto il dossier. Ora è competente { $other }.
    }
line-handover-refused =
    { $by ->
        [you] Non ha assunto il dossier.
        [named] { $who } non ha assunto il dossier.
        [auto] Automaticamente: il dossier non è assunto.
       *[somebody] Qualcuno non ha assunto il dossier.
    }
line-taken-over = Il dossier proviene da un altro sistema.
line-activity = Dall’altro sistema: { $what }.
line-changed = Nel dossier è cambiato qualcosa.
line-erased-party = Una persona (dati cancellati)
line-party = Parte { $number }
line-task = Compito { $number }
role-applicant = richiedente
role-representative = rappresentante
role-objector = opponente
role-third-party = terza persona
line-today = Oggi, { $day }
line-erased = Dati cancellati
