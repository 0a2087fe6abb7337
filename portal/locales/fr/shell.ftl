# Around every page
site-name = Kanzlei
site-of = Demandes au canton et aux communes
skip = Aller au contenu
languages = Langue
navigation = Pages principales
way-back = Chemin de retour
signed-in-as = Connecté en tant que
sign-in = Se connecter
sign-in-title = Avec quoi vous connectez-vous ?
sign-in-lead = Vous reviendrez ensuite ici.
sign-out = Se déconnecter
help = Des questions ?
help-text = Appelez le service indiqué dans votre dossier. Il vous aide aussi si vous ne souhaitez pas déposer votre demande en ligne.
printed = Imprimé le { $when }
failed = Erreur :
retry = Réessayer
loading = Chargement en cours …
to-start = Aller à la page d’accueil

nav-services = Prestations
nav-cases = Mes demandes
nav-inbox = Réception
nav-work = Qui fait quoi
nav-statistics = Statistique
nav-canton = Vue d’ensemble
nav-process = Déroulement
nav-participation = Participation
nav-editions = Éditions
nav-log = Journal
nav-views = Vues
nav-adapters = Interfaces

continue-title = Vos indications sont toujours là
continue-text = Vous êtes à nouveau connecté. Rien n’est perdu. Rien n’est encore envoyé.
continue-act = Continuer avec mes indications
part-failed = Cela n’a pas fonctionné. Le dernier état figure ci-dessous.

# Parts of pages
status-your-turn = À vous d’agir
status-open = En cours
status-closed = Terminé
status-withdrawn = Retiré
status-draft = Brouillon
status-overdue = 
    { $days ->
        [one] 1 jour de retard
       *[other] { $days } jours de retard
    }
problem-title = Il y a un problème
