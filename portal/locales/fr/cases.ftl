# cases
cases-title = Mes demandes
cases-none = Vous n’avez pas encore déposé de demande. Cherchez ci-dessous ce que vous souhaitez faire.
cases-answer = Répondre
cases-withheld = Seulement avec une connexion plus sûre
cases-running = Auprès de l’autorité
cases-drafts = Brouillons
cases-closed = Terminé
cases-row = { $authority }, dernière modification { $day }
cases-saved = Enregistré { $when }.
cases-ends = Suppression le { $day }.
cases-ends-soon = Ce brouillon sera bientôt supprimé. Enregistrez-le à nouveau pour le garder.
cases-more = Les demandes plus anciennes ne figurent pas ici. L’autorité les retrouve par leur numéro.
withheld-text = Pour lire cette demande, vous devez vous connecter de façon plus sûre, par exemple avec un second facteur.
withheld-act = Connexion plus sûre
stronger-lists = Les dossiers de certaines prestations n’apparaissent ici qu’après une connexion plus sûre.
