# live
nav-operator = Betrieb
as-of = Stand { $when }
live-pause = Anhalten
live-go-on = Weiterlaufen lassen
live-again = Neu laden

# home
operator-title = Betrieb
health-ready = Antwortet
health-not-ready = Eine Sicht antwortet nicht
storage-title = Speicher
storage-end = Ende des Protokolls (Position)
storage-commits = Einträge im Hashbaum
storage-root = Wurzel des Hashbaums
storage-durability = Quittiert wird
durability-disk = wenn es auf der Platte ist
durability-quorum = wenn es auf den meisten Platten ist
durability-claimed = wenn ein Server es meldet
durability-unsynced = sofort, auch ohne Platte
written-title = Geschrieben seit dem Start
written-commits = Einträge
written-events = Ereignisse
written-bytes = Bytes
written-groups = Gruppen von Einträgen
written-mean = Dauer einer Gruppe
written-millis = { $millis } ms

# log
log-title = Protokoll
log-lead = Die letzten 50 Einträge, der neueste zuerst. Was über Personen drinsteht, bleibt versiegelt.
log-table = Letzte Einträge
log-position = Position
log-when = Zeit
log-by = Durch
log-reference = Nummer
log-what = Was geschah
log-party = eine beteiligte Person
log-installation = der Betrieb
log-somebody = jemand anderes
log-administration = Verwaltung der Plattform
log-sealed = { $count ->
        [one] 1 Wert versiegelt
       *[other] { $count } Werte versiegelt
    }
event-log-created = Protokoll angelegt
event-service-named = Leistung benannt
event-definition-chunk = Teil einer Definition abgelegt
event-edition-published = Ausgabe veröffentlicht
event-register-published = Register veröffentlicht
event-participation-set = Beteiligung erfasst
event-case-opened = Dossier eröffnet
event-party-added = Beteiligte Person erfasst
event-submitted = Gesuch eingereicht
event-phase-entered = Phase begonnen
event-authority-involved = Behörde beigezogen
event-involvement-ended = Beizug beendet
event-decision-issued = Verfügung erlassen
event-closed = Abgeschlossen
event-withdrawn = Zurückgezogen
event-reopened = Wieder aufgenommen
event-task-added = Aufgabe erstellt
event-task-assigned = Aufgabe zugeteilt
event-task-claimed = Aufgabe übernommen
event-task-released = Aufgabe zurückgegeben
event-task-completed = Aufgabe erledigt
event-information-requested = Nachforderung gestellt
event-information-provided = Nachforderung beantwortet
event-message-sent = Nachricht gesendet
event-document-referenced = Beilage erfasst
event-handed-over = Überwiesen
event-handover-accepted = Überweisung angenommen
event-handover-refused = Überweisung abgelehnt
event-case-taken-over = Dossier übernommen
event-activity-recorded = Tätigkeit aus anderem System erfasst
event-other = Ereignis { $kind }

# views
views-title = Sichten
views-lead = { $stopped ->
        [0] Alle Sichten laufen.
        [one] Eine Sicht steht still.
       *[other] { $stopped } Sichten stehen still.
    }
view-name = Sicht
view-status = Stand
view-worklist = Arbeitslisten
view-directory = Verzeichnis der eigenen Gesuche
view-overview = Übersicht
view-process = Abläufe
view-moments = Zeitpunkte
view-current = auf dem neuesten Stand
view-behind = holt auf
view-building = wird aufgebaut
view-waiting = wartet
view-stopped = steht still
view-read-title = Gelesen
view-read = bis { $position } von { $end }
view-lag = Rückstand
view-progress = Fortschritt
view-retry = Erneut versuchen
view-rebuild = Neu aufbauen
view-rebuild-title = Sicht neu aufbauen
view-rebuild-effect = Die Sicht entsteht neu aus dem Protokoll. Die bisherige antwortet, bis die neue bereit ist. Es geht nichts verloren.
view-cancel = Abbrechen
view-done = Angestossen: { $view }

# adapters
adapters-title = Schnittstellen
adapters-lead = Auf diesen Wegen erreichen Menschen und Programme diese Installation.
adapters-table = Eingebaute Schnittstellen
adapters-sign-in = Anmeldung über OpenID Connect
adapters-issuer = Aussteller
adapters-own-sign-in = Die Anmeldung stellt das Programm, das diese Seiten einbettet.
adapters-what = Schnittstelle
adapters-where = Adresse
adapters-routes = Routen
adapter-pages = Seiten
adapter-api = Schnittstelle für Programme
adapter-openapi = Beschreibung der Schnittstelle (OpenAPI)
adapter-health = Lebenszeichen
adapter-ready = Bereitschaft
adapter-metrics = Messwerte (Prometheus)

# publish
publish-title = Ausgabe veröffentlichen
publish-intro = Wählen Sie eine Leistungsdatei. Zuerst wird sie geprüft und Sie sehen, was sich ändert. Veröffentlicht ist noch nichts.
publish-file = Leistungsdatei
publish-file-hint = TOML, höchstens 384 KB
publish-text = Text der Datei
publish-text-or = (statt einer Datei)
publish-check = Prüfen
publish-no-file = Wählen Sie eine Datei, oder geben Sie ihren Text ein
publish-mistakes = { $count ->
        [one] Verbessern Sie 1 Fehler in der Datei
       *[other] Verbessern Sie { $count } Fehler in der Datei
    }
publish-mistakes-title = Fehler in der Datei
publish-same = Diese Ausgabe ist schon veröffentlicht: Die Datei sagt dasselbe
publish-lead = Das wird Ausgabe { $number }. Veröffentlicht ist sie noch nicht.
publish-effect = Neue Gesuche laufen ab dem Gültigkeitstag unter dieser Ausgabe. Laufende Gesuche bleiben bei ihrer. Eine Ausgabe lässt sich nicht zurücknehmen, nur durch eine neue ersetzen.
publish-do = Ausgabe veröffentlichen
publish-back = Andere Datei
