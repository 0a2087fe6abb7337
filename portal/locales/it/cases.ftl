# cases
cases-title = Le mie domande
cases-none = Non ha ancora inoltrato domande. Cerchi qui sotto che cosa desidera fare.
cases-answer = Rispondere
cases-withheld = Solo con un accesso più sicuro
cases-running = Presso l’autorità
cases-drafts = Bozze
cases-closed = Conclusi
cases-row = { $authority }, ultima modifica { $day }
cases-saved = Salvato { $when }.
cases-ends = Cancellazione il { $day }.
cases-ends-soon = Questa bozza sarà presto cancellata. La salvi di nuovo per conservarla.
cases-more = Le domande più vecchie non figurano qui. L’autorità le trova con il numero.
withheld-text = Per leggere questa domanda deve accedere in modo più sicuro, per esempio con un secondo fattore.
withheld-act = Accesso più sicuro
stronger-lists = I dossier di alcune prestazioni appaiono qui solo dopo un accesso più sicuro.
