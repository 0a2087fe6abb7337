# live
nav-operator = Esercizio
as-of = Stato { $when }
live-pause = Ferma
live-go-on = Riprendi
live-again = Ricarica

# home
operator-title = Esercizio
health-ready = Risponde
health-not-ready = Una vista non risponde
storage-title = Memoria
storage-end = Fine del registro eventi (posizione)
storage-commits = Voci nell’albero di hash
storage-root = Radice dell’albero di hash
storage-durability = Conferma data
durability-disk = quando è sul disco
durability-quorum = quando è sulla maggior parte dei dischi
durability-claimed = quando un server lo conferma
durability-unsynced = subito, anche senza disco
written-title = Scritto dall’avvio
written-commits = Voci
written-events = Eventi
written-bytes = Byte
written-groups = Gruppi di voci
written-mean = Durata di un gruppo
written-millis = { $millis } ms

# log
log-title = Registro eventi
log-lead = Le ultime 50 voci, la più recente per prima. Ciò che riguarda persone resta sigillato.
log-table = Ultime voci
log-position = Posizione
log-when = Ora
log-by = Da
log-reference = Numero
log-what = Che cosa è successo
log-party = una parte
log-installation = l’esercizio
log-somebody = qualcun altro
log-administration = Gestione della piattaforma
log-sealed = { $count ->
        [one] 1 valore sigillato
       *[other] { $count } valori sigillati
    }
event-log-created = Registro creato
event-service-named = Prestazione denominata
event-definition-chunk = Parte di una definizione depositata
event-edition-published = Edizione pubblicata
event-register-published = Registro pubblicato
event-participation-set = Partecipazione registrata
event-case-opened = Dossier aperto
event-party-added = Parte registrata
event-submitted = Domanda inoltrata
event-phase-entered = Fase iniziata
event-authority-involved = Autorità coinvolta
event-involvement-ended = Coinvolgimento terminato
event-decision-issued = Decisione emanata
event-closed = Concluso
event-withdrawn = Ritirato
event-reopened = Riaperto
event-task-added = Compito creato
event-task-assigned = Compito assegnato
event-task-claimed = Compito assunto
event-task-released = Compito restituito
event-task-completed = Compito concluso
event-information-requested = Precisazioni richieste
event-information-provided = Precisazioni fornite
event-message-sent = Messaggio inviato
event-document-referenced = Allegato registrato
event-handed-over = Trasmesso
event-handover-accepted = Trasmissione accettata
event-handover-refused = Trasmissione rifiutata
event-case-taken-over = Dossier ripreso
event-activity-recorded = Attività di un altro sistema registrata
event-other = Evento { $kind }

# views
views-title = Viste
views-lead = { $stopped ->
        [0] Tutte le viste funzionano.
        [one] Una vista è ferma.
       *[other] { $stopped } viste sono ferme.
    }
view-name = Vista
view-status = Stato
view-worklist = Liste di lavoro
view-directory = Elenco delle domande proprie
view-overview = Panoramica
view-process = Svolgimenti
view-moments = Momenti
view-current = aggiornata
view-behind = recupera
view-building = in costruzione
view-waiting = attende
view-stopped = ferma
view-read-title = Letto
view-read = fino a { $position } di { $end }
view-lag = Ritardo
view-progress = Avanzamento
view-retry = Riprova
view-rebuild = Ricostruisci
view-rebuild-title = Ricostruire una vista
view-rebuild-effect = La vista viene ricostruita dal registro eventi. La precedente risponde finché la nuova è pronta. Nulla va perso.
view-cancel = Annulla
view-done = Avviato: { $view }

# adapters
adapters-title = Interfacce
adapters-lead = Per queste vie persone e programmi raggiungono questa installazione.
adapters-table = Interfacce integrate
adapters-sign-in = Accesso tramite OpenID Connect
adapters-issuer = Emittente
adapters-own-sign-in = L’accesso è fornito dal programma che integra queste pagine.
adapters-what = Interfaccia
adapters-where = Indirizzo
adapters-routes = Percorsi
adapter-pages = Pagine
adapter-api = Interfaccia per programmi
adapter-openapi = Descrizione dell’interfaccia (OpenAPI)
adapter-health = Segno di vita
adapter-ready = Disponibilità
adapter-metrics = Misure (Prometheus)

# publish
publish-title = Pubblicare un’edizione
publish-intro = Scelga un file di prestazione. Prima viene verificato e Lei vede che cosa cambia. Non è ancora pubblicato nulla.
publish-file = File di prestazione
publish-file-hint = TOML, al massimo 384 KB
publish-text = Testo del file
publish-text-or = (al posto di un file)
publish-check = Verifica
publish-no-file = Scelga un file o ne inserisca il testo
publish-mistakes = { $count ->
        [one] Corregga 1 errore nel file
       *[other] Corregga { $count } errori nel file
    }
publish-mistakes-title = Errori nel file
publish-same = Questa edizione è già pubblicata: il file dice la stessa cosa
publish-lead = Sarà l’edizione { $number }. Non è ancora pubblicata.
publish-effect = Dal giorno di validità le nuove domande seguono questa edizione. Quelle in corso mantengono la loro. Un’edizione non si ritira, si sostituisce con una nuova.
publish-do = Pubblica l’edizione
publish-back = Altro file
