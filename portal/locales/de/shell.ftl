# Around every page
site-name = Kanzlei
site-of = Gesuche an Kanton und Gemeinden
skip = Zum Inhalt
languages = Sprache
navigation = Hauptseiten
way-back = Weg zurück
signed-in-as = Angemeldet als
sign-in = Anmelden
sign-in-title = Womit melden Sie sich an?
sign-in-lead = Sie kommen danach hierher zurück.
sign-out = Abmelden
help = Fragen?
help-text = Rufen Sie die Stelle an, die auf Ihrem Dossier steht. Sie hilft auch, wenn Sie nicht online einreichen möchten.
printed = Gedruckt am { $when }
failed = Fehler:
retry = Erneut versuchen
loading = Wird geladen …
to-start = Zur Startseite

nav-services = Leistungen
nav-cases = Meine Gesuche
nav-inbox = Eingang
nav-work = Wer macht was
nav-statistics = Statistik
nav-canton = Übersicht
nav-process = Ablauf
nav-participation = Beteiligung
nav-editions = Ausgaben
nav-log = Protokoll
nav-views = Sichten
nav-adapters = Schnittstellen

continue-title = Ihre Angaben sind noch da
continue-text = Sie sind wieder angemeldet. Nichts ist verloren gegangen. Gesendet ist noch nichts.
continue-act = Weiter mit meinen Angaben
part-failed = Das hat nicht geklappt. Unten steht der letzte Stand.

# Parts of pages
status-your-turn = Sie sind am Zug
status-open = In Bearbeitung
status-closed = Abgeschlossen
status-withdrawn = Zurückgezogen
status-draft = Entwurf
status-overdue = 
    { $days ->
        [one] 1 Tag spät
       *[other] { $days } Tage spät
    }
problem-title = Es gibt ein Problem
