# Around every page
site-name = Kanzlei
site-of = Domande al Cantone e ai Comuni
skip = Vai al contenuto
languages = Lingua
navigation = Pagine principali
way-back = Via del ritorno
signed-in-as = Accesso eseguito come
sign-in = Accedere
sign-in-title = Con che cosa accede?
sign-in-lead = Dopo torna qui.
sign-out = Uscire
help = Domande?
help-text = Telefoni al servizio indicato nel Suo dossier. Aiuta anche chi non desidera inoltrare la domanda online.
printed = Stampato { $when }
failed = Errore:
retry = Riprovare
loading = Caricamento in corso …
to-start = Vai alla pagina iniziale

nav-services = Prestazioni
nav-cases = Le mie domande
nav-inbox = Entrata
nav-work = Chi fa cosa
nav-statistics = Statistica
nav-canton = Panoramica
nav-process = Svolgimento
nav-participation = Partecipazione
nav-editions = Edizioni
nav-log = Registro
nav-views = Viste
nav-adapters = Interfacce

continue-title = I Suoi dati sono ancora qui
continue-text = Ha eseguito di nuovo l’accesso. Nulla è andato perso. Nulla è ancora stato inviato.
continue-act = Continuare con i miei dati
part-failed = Non ha funzionato. Sotto c’è l’ultimo stato.

# Parts of pages
status-your-turn = Tocca a Lei
status-open = In elaborazione
status-closed = Concluso
status-withdrawn = Ritirato
status-draft = Bozza
status-overdue = 
    { $days ->
        [one] 1 giorno di ritardo
       *[other] { $days } giorni di ritardo
    }
problem-title = C’è un problema
