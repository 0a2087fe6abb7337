# The office's pages
office-you = Lei
office-yourself = Lei
office-nobody = nessuno
office-official = persona { $number }
inbox-title = Entrata { $authority }
inbox-as-of = Stato: { $time }
inbox-reload = Ricaricare
inbox-whose = Quali compiti
inbox-open = Da fare
inbox-mine = Da me
inbox-long = Oltre 30 giorni
inbox-all = Tutti
inbox-service = Prestazione
inbox-any-service = Tutte le prestazioni
inbox-phase = Fase
inbox-any-phase = Tutte le fasi
inbox-filter = Filtrare
inbox-number = Numero
inbox-find = Cercare il dossier
inbox-of = Compiti presso: { $who }
inbox-none = Tutto è assegnato. I nuovi compiti appaiono qui.
inbox-none-here = Nessun compito di questo genere. Scelga sopra altri compiti o prestazioni.
inbox-caption = Compiti, ordinati per tempo d’attesa
inbox-pick = Scelta
inbox-pick-one = Scegliere { $number }
inbox-since = In attesa da
inbox-request = Domanda
inbox-step = Passo
inbox-with = Presso
inbox-several = Per tutti i compiti scelti, al massimo { $max } alla volta:
inbox-claim = Assegnare a me
inbox-assign-to = Assegnare a
inbox-assign = Assegnare
inbox-next = Altri compiti
several-title = Risultato
several-back = Torna all’entrata
several-failed = Non assegnati
several-done = Assegnati
several-gone = Il Suo servizio non lavora più a questo dossier.
several-busy = Il sistema è molto occupato. Riprovi.
find-title = Cercare un dossier
find-none = Nessun dossier con il numero «{ $number }», o non riguarda il Suo servizio.
find-hint = Il numero si trova sulla conferma di ricezione, per esempio 4K2QX-7M3TZ-8.
find-several = Più dossier corrispondono
file-back = Torna all’entrata
file-done = Salvato. La cronologia qui sotto dice che cosa è successo.
file-changed = La Sua azione non è stata eseguita. Ecco che cosa è successo nel frattempo:
file-list = Lista
file-place = { $at } di { $of }
file-not-in-list = Non più nella lista, restano { $of }
file-previous = Dossier precedente
file-next = Dossier successivo
file-responsible = Competente: { $authority }
file-responsible-word = Competente
file-opened = Aperto: { $when }
file-last = Ultima modifica: { $when }
file-next-step = Prossimo passo
file-further = Scrivere e decidere
file-tools = Altri passi
file-enter = Iniziare la fase
file-enter-act = Iniziare
file-add-task = Nuovo compito
file-add-task-for = Per
file-add-task-act = Aggiungere
file-involve = Coinvolgere un servizio
file-involve-act = Coinvolgere
file-involved = Coinvolto
file-end-involvement = Terminare il coinvolgimento
file-tasks = Compiti
file-no-tasks = Il dossier non ha compiti.
task-open = da fare
task-completed = concluso
task-assigned = assegnato: { $with }
task-claimed = in lavorazione: { $with }
file-facts = Dati
file-no-facts = Il Suo servizio non vede dati di questa domanda.
file-erased = I dati di una persona sono stati cancellati.
file-people = Persone coinvolte
file-papers = Allegati
file-no-papers = Nessun allegato.
file-line = Cronologia
file-seers = Chi vede che cosa
file-seers-caption = Secondo la definizione della prestazione
sees-who = Chi
sees-fields = Dati
sees-people = Persone
sees-papers = Allegati
sees-messages = Messaggi
sees-grounds = Motivazione
sees-basis = Base legale
sees-own = Richiedenti
sees-file = Servizio competente
sees-shared = Servizi coinvolti
sees-oversight = Vigilanza
sees-public = Pubblico
sees-all = tutti
sees-none = nessuno
sees-outline = solo prestazione, fase, autorità e date
act-accept = Accettare
act-refuse = Rifiutare
act-complete = Concludere
act-claim = Assegnare a me
act-release = Restituire
act-close = Concludere il dossier
act-enter = Iniziare: { $phase }
act-ask = Richiedere precisazioni
act-message = Scrivere un messaggio
act-note = Nota interna
act-paper = Aggiungere un allegato
act-hand-over = Trasmettere
act-take-back = Revocare la trasmissione
act-decide = Emanare la decisione
act-reopen = Riaprire
next-accept = { $other } desidera trasmetterle questo dossier.
next-complete = { $task }: da Lei.
next-claim = { $task }: in attesa presso il Suo servizio.
next-assigned = { $task }: è assegnato a Lei.
next-decide = Tutti i compiti sono conclusi. Manca la decisione dell’autorità.
next-close = Tutto è concluso. Concluda il dossier.
next-enter = Tutti i compiti di questa fase sono conclusi. Segue: { $phase }.
next-with = { $task }: presso { $with }.
next-handover = { $other } è stato invitato ad assumere il dossier.
next-nothing = Il Suo servizio al momento non ha nulla da fare qui.
next-closed = Il dossier è concluso.
next-withdrawn = La domanda è stata ritirata. Non resta nulla da fare.
write-back = Torna al dossier
write-changed = Nulla è stato inviato, il Suo testo è conservato. Ecco che cosa è successo:
write-preview = Anteprima
write-preview-title = Così lo leggerà la persona richiedente
write-unseen = La persona richiedente non ne saprà nulla.
write-ask = Di che cosa ha bisogno?
write-message = Messaggio
write-note = Nota
write-reason = Motivo
write-grounds = Motivazione
choose-party = A chi lo chiede?
choose-authority = A quale servizio?
choose-outcome = Come decide?
missing-text = Scriva un testo
missing-party = Scelga a chi lo chiede
missing-authority = Scelga un servizio
missing-outcome = Scelga come decide
effect-ask = La persona troverà la Sua domanda nel dossier e dovrà rispondere. { $authority } resta competente.
effect-message = Tutte le persone coinvolte leggeranno il messaggio nel dossier, a nome di { $authority }.
effect-note = Solo le autorità leggeranno la nota: { $authority } e i servizi coinvolti.
effect-hand-over = L’altro servizio viene interpellato. Finché non accetta, { $authority } resta competente. Poi i compiti aperti passano a lui.
effect-refuse = { $authority } resta competente e leggerà il Suo motivo.
effect-take-back = La richiesta è revocata. { $authority } resta competente.
effect-decide = La decisione è così emanata, a nome di { $authority }. Non può più essere modificata.
effect-reopen = { $authority } lavora di nuovo al dossier. La decisione precedente non vale più come risultato del dossier.
counter-title = Allo sportello
counter-text = Registri qui una domanda per chi si trova allo sportello o Le ha scritto.
counter-back = Altra prestazione
counter-form-text = Inoltra a nome di questa persona. Verifichi i dati con lei.
counter-name = Nome e cognome
counter-no-name = Inserisca nome e cognome
counter-submit = Inoltrare la domanda
nav-counter = Sportello
work-title = Chi fa che cosa
work-nobody = Al momento nessuno ha un compito.
work-caption = Compiti per persona responsabile
work-who = Persona responsabile
work-claimed = In lavorazione
work-assigned = Assegnati
work-all = Totale
work-oldest = Più vecchio
work-hint = Apra una persona per assegnare i suoi compiti ad altri.
statistics-title = Statistica { $authority }
statistics-finding = { $share } delle domande concluse è durato meno di { $days } giorni.
statistics-none = Nessuna domanda è ancora conclusa.
statistics-quick = Rapido significa
statistics-under = meno di { $days } giorni
statistics-show = Mostrare
statistics-slowest = Il più lungo: { $service }, { $days } giorni in mediana.
statistics-caption = Domande per prestazione
statistics-service = Prestazione
statistics-cases = Domande
statistics-median = Giorni (mediana)
statistics-p90 = 9 su 10, giorni
statistics-within = Meno di { $days } giorni
statistics-outcomes = Decisioni
statistics-all = Tutte le prestazioni
statistics-csv = Tabella come file CSV
statistics-more = In 12 mesi sono arrivate più domande di quante concluse: { $opened } contro { $ended }.
statistics-fewer = In 12 mesi sono state concluse più domande di quante arrivate: { $ended } contro { $opened }.
statistics-as-many = In 12 mesi sono arrivate tante domande quante concluse: { $opened } e { $ended }.
statistics-months = Domande per mese
statistics-month = Mese
statistics-so-far = { $month }, fino a oggi
statistics-opened = Aperte
statistics-ended = Concluse
statistics-open-then = Aperte a fine mese
figure-small = meno di 3
figure-none = –
figure-under-a-day = meno di 1
outcome-none = senza decisione
figure-days = { $days } giorni
inbox-days =
    { $days ->
        [0] oggi
        [one] 1 giorno
       *[other] { $days } giorni
    }
work-unassigned =
    { $count ->
        [0] Ogni compito è assegnato.
        [one] 1 compito non è assegnato a nessuno.
       *[other] { $count } compiti non sono assegnati a nessuno.
    }
work-waits =
    { $days ->
        [0] Il più vecchio è di oggi.
        [one] Il più vecchio attende da 1 giorno.
       *[other] Il più vecchio attende da { $days } giorni.
    }
work-finding =
    { $count ->
        [one] Il massimo: { $who }, 1 compito
       *[other] Il massimo: { $who }, { $count } compiti
    }
work-finding-you =
    { $count ->
        [one] Lei ha il massimo: 1 compito
       *[other] Lei ha il massimo: { $count } compiti
    }
several-said =
    { $failed ->
        [0] { $done } assegnati.
       *[other] { $done } assegnati, { $failed } no.
    }
