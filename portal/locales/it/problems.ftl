trouble-not-found = Pagina non trovata
trouble-not-found-text = Questa pagina non esiste o non La riguarda. Verifichi l’indirizzo.
trouble-wrong-method-text = Questo indirizzo non si può richiamare così. Vada alla pagina iniziale.
trouble-may-not = Nessun accesso
trouble-may-not-text = Questa pagina è destinata ad altri. Se ha più accessi, ne usi un altro.
trouble-nobody-text = Il Suo accesso è autentico, ma qui non corrisponde a nessuno. Si rivolga al servizio che gestisce il Suo accesso.
trouble-sign-in = È necessario accedere
trouble-sign-in-text = Acceda. Poi si continua qui.
trouble-sign-in-failed = Accesso non riuscito
trouble-sign-in-failed-text = L’accesso non corrisponde a quanto iniziato qui; forse è passato troppo tempo. Ricominci.
trouble-expired = Sessione scaduta
trouble-expired-text = È passato un po’ di tempo senza attività. Acceda di nuovo per continuare qui.
trouble-kept = I Suoi dati sono conservati. Dopo l’accesso li ritrova qui.
trouble-refused = Non è possibile
trouble-refused-text = Non è successo nulla. Il motivo:
trouble-changed = Nel frattempo qualcosa è cambiato
trouble-changed-text = Qualcuno è stato più veloce. Il Suo passo non è stato eseguito. Guardi il dossier e decida di nuovo.
trouble-to-case = Vedere il dossier
trouble-too-large = Troppo grande
trouble-too-large-text = Ciò che ha inviato è troppo grande. Accorci il testo o scelga un file più piccolo.
trouble-unreadable-text = Ciò che è stato inviato non è leggibile. Torni indietro e invii di nuovo il modulo.
trouble-busy = Al momento c’è molto da fare
trouble-busy-text = Non è successo nulla. Riprovi fra qualche secondo.
trouble-too-often = Troppe richieste
trouble-too-often-text = { $seconds ->
        [one] Non è successo nulla. Riprovi fra un secondo.
       *[other] Non è successo nulla. Riprovi fra { $seconds } secondi.
    }
trouble-too-long = Ci è voluto troppo tempo
trouble-too-long-text = Può darsi che il Suo invio sia stato comunque salvato. Verifichi prima di inviarlo di nuovo.
trouble-behind = Non ancora aggiornata
trouble-behind-text = Ciò che ha fatto è salvato, ma questa pagina non lo mostra ancora. La ricarichi fra un istante.
trouble-unavailable-text = Al momento l’accesso non può essere verificato. Riprovi fra un minuto.
trouble-broken = Si è verificato un errore
trouble-broken-text = L’errore è nostro, non Suo. Riprovi. Se non serve, telefoni e indichi il numero qui sotto.
trouble-reload = Ricarichi questa pagina. Ciò che ha inserito viene allora inviato ancora una volta.
trouble-number = Numero di questa richiesta: { $number }
