# words
word-service = Leistung
word-authority = Behörde
word-month = Monat
left-out = ausgelassen
lasting-below-hour = unter 1 Stunde
lasting-hours = { $hours ->
        [one] 1 Stunde
       *[other] { $hours } Stunden
    }
lasting-days = { $days ->
        [one] 1 Tag
       *[other] { $days } Tage
    }
counted-cases = { $cases ->
        [one] 1 Gesuch
       *[other] { $cases } Gesuche
    }
counted-open = { $cases ->
        [one] 1 offenes Gesuch
       *[other] { $cases } offene Gesuche
    }
canton-day = Tag
canton-month = Monat
canton-year = Jahr
level-municipality = Gemeinde
level-canton = Kanton
level-office = Dienststelle

# overview
canton-title = Übersicht
canton-lead = { $services ->
        [one] { $cases } Gesuche in 1 Leistung.
       *[other] { $cases } Gesuche in { $services } Leistungen.
    }
canton-lead-open = { $open ->
        [one] Davon ist 1 offen.
       *[other] Davon sind { $open } offen.
    }
canton-left-out = «Ausgelassen» steht, wo weniger als { $threshold } Fälle sind. So steht es auch, wenn man solche Fälle sonst ausrechnen könnte.
canton-all-services = Alle Leistungen
canton-figure = Gemeinden nach
canton-time = Zeitraum
canton-months = { $months } Monate
canton-show = Anzeigen
measure-median = Dauer in Tagen (Median)
measure-cases = Anzahl Gesuche
measure-open = Offene Gesuche
canton-map = Gemeinden nach { $measure }
canton-as-table = Als Tabelle
canton-as-map = Als Karte
canton-skip-map = Karte überspringen
canton-legend = Legende
legend-small = weniger als { $threshold } Fälle oder ausgelassen
legend-none = ohne Angabe
canton-services = Leistungen
canton-by-service = Gesuche nach Leistung
canton-by-municipality = Gemeinden: { $service }
canton-others = Übrige zusammen
canton-total = Alle zusammen
figure-cases = Gesuche
figure-open = Offen
figure-closed = Abgeschlossen
figure-withdrawn = Zurückgezogen
figure-median = Median
figure-p90 = 9 von 10
canton-trend = Verlauf
trend-opened = Eingegangen
trend-ended = Erledigt
trend-open = Ende Monat offen
trend-so-far = (bisher)
trend-table = Gesuche nach Monat
trend-none = { $service }: zu wenige Gesuche für einen Verlauf.
trend-finding = { $cases ->
        [one] { $service }: Im Monat { $month } ging 1 Gesuch ein.
       *[other] { $service }: Im Monat { $month } gingen { $cases } Gesuche ein.
    }
csv-services = Leistungen als CSV-Datei
csv-municipalities = Gemeinden als CSV-Datei
csv-trend = Verlauf als CSV-Datei
csv-steps = Übergänge als CSV-Datei
csv-ways = Wege als CSV-Datei
csv-register = Register als CSV-Datei
csv-participation = Beteiligung als CSV-Datei

# a case by its number
case-seek-title = Gesuch nachschlagen
case-seek-lead = Die Aufsicht sieht den Umriss eines Gesuchs: Leistung, Behörde, Phase und Daten. Über Personen sieht sie nichts.
case-seek-number = Nummer
case-seek-none = Unter dieser Nummer gibt es nichts, was Sie sehen dürfen.
case-opened = Eröffnet
case-changed = Letzte Änderung

# process
process-title = Ablauf
process-lead = { $cases } Gesuche sind beendet. Das Bild zeigt { $drawn } davon: jene auf Wegen, die mindestens { $threshold } Gesuche nahmen.
process-too-few = Für ein Bild sind zu wenige Gesuche beendet. Ein Weg erscheint erst ab { $threshold } Gesuchen.
process-finding = Am längsten warten Gesuche vor «{ $step }»: im Median { $wait } ({ $cases } Gesuche).
process-no-finding = Kein Schritt lässt Gesuche lange warten.
process-legend = Von oben nach unten: die Schritte mit der Zahl der Gesuche. Die Balken zeigen, wie lange es bis zum nächsten Schritt dauert. Rechts: Schritte werden übersprungen. Links: zurück zu einem früheren Schritt. Seltene Übergänge stehen nur in der Tabelle.
process-steps = Übergänge von Schritt zu Schritt
process-from = Von
process-to = Nach
process-spans-title = Wie lange die Teile dauern
process-spans = Dauer von Phasen und Aufgaben
process-part = Teil
process-ways-title = Häufigste Wege
process-ways = Wege durch die Schritte
process-way = Weg
process-share = Anteil
process-other-ways = Andere Wege zusammen
step-begin = Beginn
step-submitted = Eingereicht
step-phase = Phase: { $phase }
step-task = Erledigt: { $task }
step-information-requested = Nachforderung
step-information-provided = Antwort auf Nachforderung
step-authority-involved = Behörde beigezogen
step-involvement-ended = Beizug beendet
step-handed-over = Überwiesen
step-handover-accepted = Überweisung angenommen
step-handover-refused = Überweisung abgelehnt
step-decision = Verfügung
step-closed = Abgeschlossen
step-withdrawn = Zurückgezogen
step-reopened = Wieder aufgenommen
span-phase = Phase «{ $phase }»
span-task = Aufgabe «{ $task }»
span-information = Nachforderung bis zur Antwort
span-handover = Überweisung bis zur Annahme

# register
register-title = Register der Behörden
register-lead = Welche Behörden es an einem Tag gibt. Ausgabe { $edition } des Registers.
register-table = Behörden am { $day }
register-name = Name
register-number = Nummer
register-level = Stufe
register-all-levels = Alle Stufen
register-district = Wahlkreis
register-residents = Einwohner/innen
register-part-of = Gehört zu
register-since = Seit
register-until = Bis
register-day = Stand am
register-wrong-day = Geben Sie einen Tag an, den es gibt, etwa 24 11 2026
register-none = Keine Behörde passt dazu. Wählen Sie weniger aus.
register-took-over = Seit { $day } auch für { $name } zuständig.
register-successor = Nachfolgerin
register-history-title = Geschichte
register-history = Namen und Zeiten
register-participation-title = Beteiligung
register-participation = Beteiligung an Leistungen heute
register-figures-title = Gesuche
register-figures = Gesuche dieser Behörde nach Leistung

# participation
participation-title = Beteiligung
participation-lead = Wer heute welche Leistung anbietet. Gezählt sind die Gemeinden und weitere Behörden, zu denen etwas erfasst ist.
participation-table = Behörden nach Leistung und Stand
participation-planned = geplant
participation-live = dabei
participation-suspended = ausgesetzt
participation-left = ausgetreten
participation-none = nicht dabei
participation-of = Beteiligung: { $service }
participation-state = Stand heute
participation-history = Zeitlinie
participation-from = { $state } ab { $day }
participation-all = Alle Gemeinden nehmen teil, ausser jenen, die es ausgesetzt haben oder ausgetreten sind.
participation-joined = Nur wer beigetreten ist, nimmt teil.
participation-new = Neuer Stand
participation-record = Beteiligung erfassen
participation-day = Ab wann
participation-hint = Bisherige Einträge bleiben. Von zwei Einträgen für einen Tag gilt der spätere.
participation-save = Beteiligung erfassen
participation-recorded = Erfasst: Die Zeitlinie von { $authority } ist ergänzt.
participation-no-authority = Wählen Sie eine Behörde
participation-no-state = Wählen Sie einen Stand
participation-no-day = Geben Sie einen Tag an, den es gibt, etwa 24 11 2026

# editions
editions-title = Ausgaben
editions-lead = Jede Leistung hat Ausgaben. Ein Gesuch bleibt bei der Ausgabe, unter der es eingereicht wurde.
editions-table = Leistungen und ihre Ausgaben
editions-count = Ausgaben
editions-in-force = In Kraft
editions-of = Ausgaben: { $service }
editions-edition = Ausgabe
editions-number = Ausgabe { $number }
editions-state = Stand
editions-now = heute in Kraft
editions-changes = Änderungen
editions-compared = Unterschied zu Ausgabe { $number }
editions-hash = Prüfsumme (SHA-256)
editions-note = Von der Prüfsumme stehen die ersten 16 Zeichen hier, auf der Seite einer Ausgabe alle.
edition-responsible = Zuständig
edition-sees-fields = Felder: { $fields }
edition-sees-outline = Umriss: Leistung, Phase, Behörde, Daten
edition-sees-nothing = nichts
difference-lead = Was Ausgabe { $new } gegenüber Ausgabe { $old } ändert.
difference-none = Die beiden Ausgaben sagen dasselbe.
difference-what = Was
difference-how = Wie
difference-before = Bisher
difference-after = Neu
change-added = kommt dazu
change-removed = fällt weg
change-changed = geändert
change-reordered = andere Reihenfolge
part-name = Name in Adressen
part-labels = Bezeichnung
part-about = Beschreibung
part-validity = Gültigkeit
part-assurance = Nötige Anmeldung
part-competence = Zuständigkeit
part-involved = Mitbeteiligt
part-phases = Phasen
part-tasks = Aufgaben
part-tasks-by-hand = Aufgaben, die jemand von Hand erstellt
part-documents = Beilagen
part-fields = Felder
part-outcomes = Ergebnisse
part-disclosure = Bekanntgabe
part-oversight = Aufsicht
part-activities = Übernommene Tätigkeiten
prop-labels = Bezeichnung
prop-de = deutsch
prop-fr = französisch
prop-it = italienisch
prop-en = englisch
prop-valid-from = Gültig ab
prop-valid-until = Gültig bis
prop-kind = Art
prop-required = Pflicht
prop-privacy = Personenbezug
prop-reason = Grund
prop-max-length = höchste Länge
prop-min = kleinster Wert
prop-max = grösster Wert
prop-choice = Auswahl
prop-phase = Phase
prop-own = die Beteiligten selbst
prop-file = zuständige Behörde
prop-shared = beteiligte Behörden
prop-outline = Aufsicht
prop-public = Öffentlichkeit
prop-fields = Felder
prop-messages = Nachrichten
prop-grounds = Begründung
prop-documents = Beilagen
prop-parties = Personalien
prop-basis = Rechtsgrundlage
prop-open = einsehbar
prop-submit = zum Einreichen
prop-read = zum Lesen
prop-code = Code
prop-summary = Zusammenfassung
prop-category = Bereich
prop-keywords = Suchwörter
prop-cost = Kosten
prop-duration-days = übliche Dauer in Tagen
prop-needs = was man braucht
kind-text = Text, höchstens { $max } Zeichen
kind-integer = Zahl von { $min } bis { $max }
kind-date = Datum
kind-boolean = ja oder nein
kind-choice = Auswahl: { $choices }
kind-municipality = Gemeinde
competence-field = die Gemeinde bei { $field }
assurance-none = keine
assurance-low = einfach
assurance-substantial = gesichert
assurance-high = stark
value-yes = ja
value-no = nein
value-all = alle
value-only = nur { $fields }
value-personal = über eine Person
value-plain = über keine Person: { $reason }
value-required = Pflicht
value-optional = freiwillig
value-quoted = «{ $text }»

# navigation
nav-register = Register
