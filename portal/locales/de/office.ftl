# The office's pages
office-you = Ihnen
office-yourself = Sie selbst
office-nobody = niemandem
office-official = Person { $number }
inbox-title = Eingang { $authority }
inbox-as-of = Stand { $time }
inbox-reload = Neu laden
inbox-whose = Welche Aufgaben
inbox-open = Offen
inbox-mine = Bei mir
inbox-long = Über 30 Tage
inbox-all = Alle
inbox-service = Leistung
inbox-any-service = Alle Leistungen
inbox-phase = Phase
inbox-any-phase = Alle Phasen
inbox-filter = Filtern
inbox-number = Nummer
inbox-find = Dossier suchen
inbox-of = Aufgaben bei: { $who }
inbox-none = Alles zugeteilt. Neue Aufgaben erscheinen hier von selbst.
inbox-none-here = Keine solche Aufgabe. Wählen Sie oben andere Aufgaben oder Leistungen.
inbox-caption = Aufgaben, sortiert nach Wartezeit
inbox-pick = Auswahl
inbox-pick-one = Auswählen { $number }
inbox-since = Wartet seit
inbox-request = Gesuch
inbox-step = Schritt
inbox-with = Bei
inbox-several = Für alle gewählten Aufgaben, höchstens { $max } auf einmal:
inbox-claim = Mir zuweisen
inbox-assign-to = Zuweisen an
inbox-assign = Zuweisen
inbox-next = Weitere Aufgaben
several-title = Ergebnis
several-back = Zurück zum Eingang
several-failed = Nicht zugewiesen
several-done = Zugewiesen
several-gone = Ihre Stelle arbeitet an diesem Dossier nicht mehr.
several-busy = Gerade ist viel los. Versuchen Sie es noch einmal.
find-title = Dossier suchen
find-none = Kein Dossier mit der Nummer «{ $number }», oder es gehört nicht zu Ihrer Stelle.
find-hint = Die Nummer steht auf der Eingangsbestätigung, zum Beispiel 4K2QX-7M3TZ-8.
find-several = Mehrere Dossiers passen
file-back = Zurück zum Eingang
file-done = Gespeichert. Unten im Verlauf steht, was geschehen ist.
file-changed = Ihr Schritt ist nicht ausgeführt. Das ist seit Ihrem letzten Blick geschehen:
file-list = Liste
file-place = { $at } von { $of }
file-not-in-list = Nicht mehr in der Liste, { $of } übrig
file-previous = Vorheriges Dossier
file-next = Nächstes Dossier
file-responsible = Zuständig: { $authority }
file-responsible-word = Zuständig
file-opened = Eröffnet: { $when }
file-last = Zuletzt geändert: { $when }
file-next-step = Nächster Schritt
file-further = Schreiben und entscheiden
file-tools = Weitere Schritte
file-enter = Phase beginnen
file-enter-act = Beginnen
file-add-task = Neue Aufgabe
file-add-task-for = Für
file-add-task-act = Hinzufügen
file-involve = Stelle einbeziehen
file-involve-act = Einbeziehen
file-involved = Mitbeteiligt
file-end-involvement = Mitarbeit beenden
file-tasks = Aufgaben
file-no-tasks = Das Dossier hat keine Aufgaben.
task-open = offen
task-completed = erledigt
task-assigned = zugewiesen: { $with }
task-claimed = in Arbeit: { $with }
file-facts = Angaben
file-no-facts = Ihre Stelle sieht keine Angaben dieses Gesuchs.
file-erased = Angaben einer Person sind gelöscht.
file-people = Beteiligte
file-papers = Beilagen
file-no-papers = Keine Beilagen.
file-line = Verlauf
file-seers = Wer sieht was
file-seers-caption = So legt es die Leistung fest
sees-who = Wer
sees-fields = Angaben
sees-people = Beteiligte
sees-papers = Beilagen
sees-messages = Nachrichten
sees-grounds = Begründung
sees-basis = Rechtsgrundlage
sees-own = Gesuchstellende
sees-file = Zuständige Stelle
sees-shared = Mitbeteiligte Stellen
sees-oversight = Aufsicht
sees-public = Öffentlichkeit
sees-all = alle
sees-none = keine
sees-outline = nur Leistung, Phase, Behörde und Daten
act-accept = Annehmen
act-refuse = Ablehnen
act-complete = Erledigen
act-claim = Mir zuweisen
act-release = Zurückgeben
act-close = Dossier abschliessen
act-enter = Beginnen: { $phase }
act-ask = Nachfordern
act-message = Nachricht schreiben
act-note = Interne Notiz
act-paper = Beilage hinzufügen
act-hand-over = Überweisen
act-take-back = Überweisung zurücknehmen
act-decide = Verfügen
act-reopen = Wieder aufnehmen
next-accept = { $other } möchte Ihnen dieses Dossier überweisen.
next-complete = { $task }: bei Ihnen.
next-claim = { $task }: wartet auf Ihre Stelle.
next-assigned = { $task }: ist Ihnen zugewiesen.
next-decide = Alle Aufgaben sind erledigt. Jetzt fehlt die Verfügung (Entscheid der Behörde).
next-close = Alles ist erledigt. Schliessen Sie das Dossier ab.
next-enter = Alle Aufgaben dieser Phase sind erledigt. Es folgt: { $phase }.
next-with = { $task }: bei { $with }.
next-handover = { $other } ist angefragt, das Dossier zu übernehmen.
next-nothing = Ihre Stelle hat hier im Moment nichts zu tun.
next-closed = Das Dossier ist abgeschlossen.
next-withdrawn = Das Gesuch ist zurückgezogen. Es bleibt nichts zu tun.
write-back = Zurück zum Dossier
write-changed = Nichts ist gesendet, Ihr Text ist noch da. Das ist inzwischen geschehen:
write-preview = Vorschau
write-preview-title = So liest es die gesuchstellende Person
write-unseen = Davon erfährt die gesuchstellende Person nichts.
write-ask = Was brauchen Sie?
write-message = Nachricht
write-note = Notiz
write-reason = Grund
write-grounds = Begründung
choose-party = Wen fragen Sie?
choose-authority = An welche Stelle?
choose-outcome = Wie entscheiden Sie?
missing-text = Schreiben Sie einen Text
missing-party = Wählen Sie, wen Sie fragen
missing-authority = Wählen Sie eine Stelle
missing-outcome = Wählen Sie, wie Sie entscheiden
effect-ask = Die Person findet Ihre Frage in ihrem Dossier und ist dann am Zug. { $authority } bleibt zuständig.
effect-message = Alle Beteiligten lesen diese Nachricht im Dossier, als Absender steht { $authority }.
effect-note = Nur Behörden lesen diese Notiz: { $authority } und mitbeteiligte Stellen.
effect-hand-over = Die andere Stelle wird angefragt. Bis sie annimmt, bleibt { $authority } zuständig. Danach gehen offene Aufgaben an sie über.
effect-refuse = { $authority } bleibt zuständig und liest Ihren Grund.
effect-take-back = Die Anfrage wird zurückgenommen. { $authority } bleibt zuständig.
effect-decide = Die Verfügung (Entscheid der Behörde) ist damit erlassen, im Namen von { $authority }. Sie kann nicht geändert werden.
effect-reopen = { $authority } arbeitet wieder am Dossier. Der frühere Entscheid gilt nicht mehr als Ergebnis des Dossiers.
counter-title = Am Schalter
counter-text = Erfassen Sie hier ein Gesuch für jemanden, der am Schalter steht oder Ihnen geschrieben hat.
counter-back = Andere Leistung
counter-form-text = Sie reichen im Namen dieser Person ein. Prüfen Sie ihre Angaben mit ihr.
counter-name = Vorname und Name
counter-no-name = Geben Sie Vorname und Name ein
counter-submit = Gesuch einreichen
nav-counter = Schalter
work-title = Wer macht was
work-nobody = Niemand hat im Moment eine Aufgabe.
work-caption = Aufgaben nach zuständiger Person
work-who = Zuständige Person
work-claimed = In Arbeit
work-assigned = Zugewiesen
work-all = Zusammen
work-oldest = Älteste
work-hint = Öffnen Sie eine Person, um ihre Aufgaben anderen zuzuweisen.
statistics-title = Statistik { $authority }
statistics-finding = { $share } der abgeschlossenen Gesuche dauerten weniger als { $days } Tage.
statistics-none = Noch ist kein Gesuch abgeschlossen.
statistics-quick = Rasch heisst
statistics-under = unter { $days } Tagen
statistics-show = Anzeigen
statistics-slowest = Am längsten dauert { $service }: { $days } Tage im Median.
statistics-caption = Gesuche nach Leistung
statistics-service = Leistung
statistics-cases = Gesuche
statistics-median = Median Tage
statistics-p90 = 9 von 10 unter Tagen
statistics-within = Unter { $days } Tagen
statistics-outcomes = Entscheide
statistics-all = Alle Leistungen
statistics-csv = Tabelle als CSV-Datei
statistics-more = In 12 Monaten kamen mehr Gesuche, als beendet wurden: { $opened } gegen { $ended }.
statistics-fewer = In 12 Monaten wurden mehr Gesuche beendet, als kamen: { $ended } gegen { $opened }.
statistics-as-many = In 12 Monaten kamen so viele Gesuche, wie beendet wurden: { $opened } und { $ended }.
statistics-months = Gesuche nach Monat
statistics-month = Monat
statistics-so-far = { $month }, bis heute
statistics-opened = Eröffnet
statistics-ended = Beendet
statistics-open-then = Offen am Monatsende
figure-small = unter 3
figure-none = –
figure-under-a-day = unter 1
outcome-none = ohne Entscheid
figure-days = { $days } Tage
inbox-days =
    { $days ->
        [0] heute
        [one] 1 Tag
       *[other] { $days } Tage
    }
work-unassigned =
    { $count ->
        [0] Jede Aufgabe ist zugeteilt.
        [one] 1 Aufgabe macht niemand.
       *[other] { $count } Aufgaben macht niemand.
    }
work-waits =
    { $days ->
        [0] Die älteste ist von heute.
        [one] Die älteste wartet 1 Tag.
       *[other] Die älteste wartet { $days } Tage.
    }
work-finding =
    { $count ->
        [one] Am meisten hat { $who }: 1 Aufgabe
       *[other] Am meisten hat { $who }: { $count } Aufgaben
    }
work-finding-you =
    { $count ->
        [one] Am meisten haben Sie: 1 Aufgabe
       *[other] Am meisten haben Sie: { $count } Aufgaben
    }
several-said =
    { $failed ->
        [0] { $done } zugewiesen.
       *[other] { $done } zugewiesen, { $failed } nicht.
    }
