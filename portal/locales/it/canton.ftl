# words
word-service = Prestazione
word-authority = Autorità
word-month = Mese
left-out = omesso
lasting-below-hour = meno di 1 ora
lasting-hours = { $hours ->
        [one] 1 ora
       *[other] { $hours } ore
    }
lasting-days = { $days ->
        [one] 1 giorno
       *[other] { $days } giorni
    }
counted-cases = { $cases ->
        [one] 1 domanda
       *[other] { $cases } domande
    }
counted-open = { $cases ->
        [one] 1 domanda in corso
       *[other] { $cases } domande in corso
    }
canton-day = Giorno
canton-month = Mese
canton-year = Anno
level-municipality = Comune
level-canton = Cantone
level-office = Servizio

# overview
canton-title = Panoramica
canton-lead = { $services ->
        [one] { $cases } domande per 1 prestazione.
       *[other] { $cases } domande per { $services } prestazioni.
    }
canton-lead-open = { $open ->
        [one] 1 è in corso.
       *[other] { $open } sono in corso.
    }
canton-left-out = «Omesso» significa: meno di { $threshold } casi. Vale anche dove altrimenti si potrebbero calcolare tali casi.
canton-all-services = Tutte le prestazioni
canton-figure = Comuni secondo
canton-time = Periodo
canton-months = { $months } mesi
canton-show = Mostra
measure-median = Durata in giorni (mediana)
measure-cases = Numero di domande
measure-open = Domande in corso
canton-map = Comuni secondo { $measure }
canton-as-table = In forma di tabella
canton-as-map = In forma di carta
canton-skip-map = Salta la carta
canton-legend = Legenda
legend-small = meno di { $threshold } casi o omesso
legend-none = nessun dato
canton-services = Prestazioni
canton-by-service = Domande per prestazione
canton-by-municipality = Comuni: { $service }
canton-others = Altri insieme
canton-total = Totale
figure-cases = Domande
figure-open = In corso
figure-closed = Concluse
figure-withdrawn = Ritirate
figure-median = Mediana
figure-p90 = 9 su 10
canton-trend = Andamento
trend-opened = Ricevute
trend-ended = Evase
trend-open = In corso a fine mese
trend-so-far = (finora)
trend-table = Domande per mese
trend-none = { $service }: troppo poche domande per mostrare un andamento.
trend-finding = { $cases ->
        [one] { $service }: 1 domanda ricevuta nel mese { $month }.
       *[other] { $service }: { $cases } domande ricevute nel mese { $month }.
    }
csv-services = Prestazioni come file CSV
csv-municipalities = Comuni come file CSV
csv-trend = Andamento come file CSV
csv-steps = Passaggi come file CSV
csv-ways = Percorsi come file CSV
csv-register = Registro come file CSV
csv-participation = Partecipazione come file CSV

# a case by its number
case-seek-title = Cercare una domanda
case-seek-lead = La vigilanza vede il quadro di una domanda: prestazione, autorità, fase e date. Non vede nulla sulle persone.
case-seek-number = Numero
case-seek-none = Con questo numero non c’è nulla che Lei possa vedere.
case-opened = Aperta
case-changed = Ultima modifica

# process
process-title = Svolgimento
process-lead = { $cases } domande sono concluse. L’immagine ne mostra { $drawn }: quelle su percorsi con almeno { $threshold } domande.
process-too-few = Sono concluse troppo poche domande per un’immagine. Un percorso appare a partire da { $threshold } domande.
process-finding = Le domande aspettano di più prima di «{ $step }»: { $wait } di mediana ({ $cases } domande).
process-no-finding = Nessun passo fa aspettare a lungo le domande.
process-legend = Dall’alto in basso: i passi con il numero di domande. Le barre mostrano quanto dura fino al passo successivo. A destra: passi saltati. A sinistra: ritorno a un passo precedente. I passaggi rari figurano solo nella tabella.
process-steps = Passaggi da un passo all’altro
process-from = Da
process-to = A
process-spans-title = Quanto durano le parti
process-spans = Durata delle fasi e dei compiti
process-part = Parte
process-ways-title = Percorsi più frequenti
process-ways = Percorsi attraverso i passi
process-way = Percorso
process-share = Quota
process-other-ways = Altri percorsi insieme
step-begin = Inizio
step-submitted = Inoltrato
step-phase = Fase: { $phase }
step-task = Concluso: { $task }
step-information-requested = Richiesta di precisazioni
step-information-provided = Risposta alla richiesta di precisazioni
step-authority-involved = Autorità coinvolta
step-involvement-ended = Coinvolgimento terminato
step-handed-over = Trasmesso
step-handover-accepted = Trasmissione accettata
step-handover-refused = Trasmissione rifiutata
step-decision = Decisione
step-closed = Concluso
step-withdrawn = Ritirato
step-reopened = Riaperto
span-phase = Fase «{ $phase }»
span-task = Compito «{ $task }»
span-information = Precisazioni, fino alla risposta
span-handover = Trasmissione, fino all’accettazione

# register
register-title = Registro delle autorità
register-lead = Quali autorità esistono in un dato giorno. Edizione { $edition } del registro.
register-table = Autorità al { $day }
register-name = Nome
register-number = Numero
register-level = Livello
register-all-levels = Tutti i livelli
register-district = Circondario elettorale
register-residents = Abitanti
register-part-of = Fa parte di
register-since = Dal
register-until = Fino al
register-day = Stato al
register-wrong-day = Indichi un giorno che esiste, per esempio 24 11 2026
register-none = Nessuna autorità corrisponde. Allarghi la scelta.
register-took-over = Dal { $day } competente anche per { $name }.
register-successor = Successore
register-history-title = Storia
register-history = Nomi e periodi
register-participation-title = Partecipazione
register-participation = Partecipazione alle prestazioni oggi
register-figures-title = Domande
register-figures = Domande di questa autorità per prestazione

# participation
participation-title = Partecipazione
participation-lead = Chi offre oggi quale prestazione. Sono contati i Comuni e altre autorità per cui è registrata una partecipazione.
participation-table = Autorità per prestazione e stato
participation-planned = pianificato
participation-live = partecipa
participation-suspended = sospeso
participation-left = uscito
participation-none = non partecipa
participation-of = Partecipazione: { $service }
participation-state = Stato oggi
participation-history = Cronologia
participation-from = { $state } dal { $day }
participation-all = Tutti i Comuni partecipano, tranne quelli che hanno sospeso o sono usciti.
participation-joined = Partecipa solo chi ha aderito.
participation-new = Nuovo stato
participation-record = Registrare una partecipazione
participation-day = Da quando
participation-hint = Le iscrizioni esistenti restano. Di due iscrizioni per lo stesso giorno vale l’ultima.
participation-save = Registrare la partecipazione
participation-recorded = Registrato: la cronologia di { $authority } è completata.
participation-no-authority = Scelga un’autorità
participation-no-state = Scelga uno stato
participation-no-day = Indichi un giorno che esiste, per esempio 24 11 2026

# editions
editions-title = Edizioni
editions-lead = Ogni prestazione ha delle edizioni. Una domanda resta legata all’edizione con cui è stata inoltrata.
editions-table = Prestazioni e le loro edizioni
editions-count = Edizioni
editions-in-force = In vigore
editions-of = Edizioni: { $service }
editions-edition = Edizione
editions-number = Edizione { $number }
editions-state = Stato
editions-now = in vigore oggi
editions-changes = Modifiche
editions-compared = Differenza dall’edizione { $number }
editions-hash = Impronta (SHA-256)
editions-note = Dell’impronta figurano qui i primi 16 caratteri, sulla pagina di un’edizione tutti.
edition-responsible = Competente
edition-sees-fields = Campi: { $fields }
edition-sees-outline = Quadro: prestazione, fase, autorità, date
edition-sees-nothing = nulla
difference-lead = Che cosa cambia l’edizione { $new } rispetto all’edizione { $old }.
difference-none = Le due edizioni dicono la stessa cosa.
difference-what = Che cosa
difference-how = Come
difference-before = Prima
difference-after = Nuovo
change-added = aggiunto
change-removed = tolto
change-changed = modificato
change-reordered = altro ordine
part-name = Nome negli indirizzi
part-labels = Denominazione
part-about = Descrizione
part-validity = Validità
part-assurance = Accesso richiesto
part-competence = Competenza
part-involved = Coinvolte
part-phases = Fasi
part-tasks = Compiti
part-tasks-by-hand = Compiti creati a mano
part-documents = Allegati
part-fields = Campi
part-outcomes = Esiti
part-disclosure = Comunicazione
part-oversight = Vigilanza
part-activities = Attività riprese
prop-labels = denominazione
prop-de = in tedesco
prop-fr = in francese
prop-it = in italiano
prop-en = in inglese
prop-valid-from = Valida dal
prop-valid-until = Valida fino al
prop-kind = tipo
prop-required = obbligatorio
prop-privacy = carattere personale
prop-reason = motivo
prop-max-length = lunghezza massima
prop-min = valore minimo
prop-max = valore massimo
prop-choice = scelta
prop-phase = fase
prop-own = le parti stesse
prop-file = autorità competente
prop-shared = autorità coinvolte
prop-outline = vigilanza
prop-public = pubblico
prop-fields = campi
prop-messages = messaggi
prop-grounds = motivazione
prop-documents = allegati
prop-parties = identità delle parti
prop-basis = base legale
prop-open = consultabile
prop-submit = per inoltrare
prop-read = per leggere
prop-code = codice
prop-summary = riassunto
prop-category = settore
prop-keywords = parole chiave
prop-cost = costi
prop-duration-days = durata abituale in giorni
prop-needs = che cosa serve
kind-text = testo, al massimo { $max } caratteri
kind-integer = numero da { $min } a { $max }
kind-date = data
kind-boolean = sì o no
kind-choice = scelta: { $choices }
kind-municipality = Comune
competence-field = il Comune indicato in { $field }
assurance-none = nessuno
assurance-low = semplice
assurance-substantial = sostanziale
assurance-high = elevato
value-yes = sì
value-no = no
value-all = tutti
value-only = solo { $fields }
value-personal = riguarda una persona
value-plain = non riguarda una persona: { $reason }
value-required = obbligatorio
value-optional = facoltativo
value-quoted = «{ $text }»

# navigation
nav-register = Registro
