# service
service-back = Toutes les prestations
service-absent = { $municipality } ne propose pas cela ici
service-absent-text = Adressez-vous à l’administration communale de { $municipality } : au guichet, par téléphone ou par lettre.
service-begin = Commencer la demande
service-pages = { $pages ->
        [one] Le formulaire a une page. Vos indications sont enregistrées au fur et à mesure.
       *[other] Le formulaire a { $pages } pages. Vos indications sont enregistrées au fur et à mesure.
    }
service-for-residents = Ce formulaire est destiné aux habitantes et habitants. Vous êtes connecté en tant que fonctionnaire.
service-municipality = Dans quelle commune ?
service-look = Vérifier si c’est possible en ligne
service-papers = Documents nécessaires
service-no-papers = Aucun document n’est nécessaire.
service-asked = Ce que le formulaire demande
service-decides = Qui est compétent
service-decides-municipality = La commune que vous indiquez sous « { $field } ».
service-decides-chosen = { $municipality }, si vous indiquez cette commune sous « { $field } ».
service-involved = Participe aussi :
service-sign-in = Connexion
service-sign-in-text = Pour déposer la demande, vous vous connectez. Ainsi, vous la retrouvez à tout moment.
service-cost = Ce que cela coûte
service-duration = Combien de temps cela prend
service-days = { $days ->
        [one] Le plus souvent un jour.
       *[other] Le plus souvent { $days } jours.
    }
needs-low = Une connexion simple suffit.
needs-substantial = Une connexion avec un second facteur est nécessaire.
needs-high = Une connexion avec une identité vérifiée est nécessaire.
