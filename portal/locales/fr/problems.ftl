trouble-not-found = Page introuvable
trouble-not-found-text = Cette page n’existe pas ou ne vous concerne pas. Vérifiez l’adresse.
trouble-wrong-method-text = Cette adresse ne peut pas être appelée ainsi. Allez à la page d’accueil.
trouble-may-not = Pas d’accès
trouble-may-not-text = Cette page est destinée à d’autres personnes. Connectez-vous autrement si vous avez plusieurs accès.
trouble-nobody-text = Votre connexion est authentique, mais elle ne correspond ici à personne. Adressez-vous au service qui gère votre accès.
trouble-sign-in = Connexion nécessaire
trouble-sign-in-text = Connectez-vous. Vous continuerez ensuite ici.
trouble-sign-in-failed = Connexion non réussie
trouble-sign-in-failed-text = La connexion ne correspond pas à ce qui a été commencé ici ; peut-être s’est-il écoulé trop de temps. Recommencez.
trouble-expired = Session expirée
trouble-expired-text = Vous êtes resté inactif un certain temps. Connectez-vous à nouveau pour continuer ici.
trouble-kept = Vos indications sont conservées. Vous les retrouverez après la connexion.
trouble-refused = Ce n’est pas possible
trouble-refused-text = Rien n’a été fait. La raison :
trouble-changed = Quelque chose a changé entre-temps
trouble-changed-text = Quelqu’un a été plus rapide. Votre action n’a pas été exécutée. Consultez le dossier et décidez à nouveau.
trouble-to-case = Voir le dossier
trouble-too-large = Trop grand
trouble-too-large-text = Votre envoi est trop grand. Raccourcissez le texte ou choisissez un fichier plus petit.
trouble-unreadable-text = L’envoi est illisible. Revenez en arrière et envoyez le formulaire encore une fois.
trouble-busy = Beaucoup de demandes en ce moment
trouble-busy-text = Rien n’a été fait. Réessayez dans quelques secondes.
trouble-too-often = Trop de demandes
trouble-too-often-text = { $seconds ->
        [one] Rien n’a été fait. Réessayez dans une seconde.
       *[other] Rien n’a été fait. Réessayez dans { $seconds } secondes.
    }
trouble-too-long = Cela a pris trop de temps
trouble-too-long-text = Il se peut que votre envoi ait tout de même été enregistré. Vérifiez avant de l’envoyer à nouveau.
trouble-behind = Pas encore à jour
trouble-behind-text = Ce que vous avez fait est enregistré, mais cette page ne le montre pas encore. Rechargez-la dans un instant.
trouble-unavailable-text = La connexion ne peut pas être vérifiée pour le moment. Réessayez dans une minute.
trouble-broken = Une erreur s’est produite
trouble-broken-text = L’erreur vient de nous, pas de vous. Réessayez. Si cela n’aide pas, appelez et indiquez le numéro ci-dessous.
trouble-reload = Rechargez cette page. Ce que vous avez saisi est alors envoyé encore une fois.
trouble-number = Numéro de cette requête : { $number }
