# The demonstration's own sign-in
issuer-title = Wer möchten Sie sein?
issuer-lead = Dies ist eine Vorführung. Die Personen gibt es nicht, und niemand fragt nach einem Passwort. Wählen Sie, wessen Sicht Sie sehen möchten.
issuer-assurance = Wie sicher melden Sie sich an?
issuer-assurance-hint = Heikle Dossiers zeigen sich erst nach einer starken Anmeldung.
issuer-substantial = Stark, wie mit zwei Schritten
issuer-low = Schwach, wie mit Passwort allein
issuer-residents = Als Einwohnerin oder Einwohner
issuer-offices = In einer Gemeinde oder einem Amt
issuer-canton = Beim Kanton
issuer-operation = Im Betrieb
issuer-cases =
    { $count ->
        [one] 1 Gesuch
       *[other] { $count } Gesuche
    }
issuer-turn = die Behörde wartet auf eine Antwort
issuer-represents = vertritt andere
issuer-role-clerk = Sachbearbeitung
issuer-role-steward = Verwaltung der Beteiligung
issuer-role-overseer = Aufsicht
issuer-operator = Protokoll, Sichten, Schnittstellen
issuer-nobody = Doch nicht anmelden
