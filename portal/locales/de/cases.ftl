# cases
cases-title = Meine Gesuche
cases-none = Sie haben noch kein Gesuch eingereicht. Suchen Sie unten, was Sie erledigen möchten.
cases-answer = Antworten
cases-withheld = Nur mit stärkerer Anmeldung
cases-running = Bei der Behörde
cases-drafts = Entwürfe
cases-closed = Abgeschlossen
cases-row = { $authority }, letzte Änderung { $day }
cases-saved = Gespeichert { $when }.
cases-ends = Löschung am { $day }.
cases-ends-soon = Dieser Entwurf wird bald gelöscht. Speichern Sie ihn neu, um ihn zu behalten.
cases-more = Ältere Gesuche sind hier nicht aufgeführt. Die Behörde findet sie mit der Nummer.
withheld-text = Um dieses Gesuch zu lesen, müssen Sie sich stärker anmelden, zum Beispiel mit einem zweiten Faktor.
withheld-act = Stärker anmelden
stronger-lists = Dossiers mancher Leistungen erscheinen hier erst nach einer stärkeren Anmeldung.
