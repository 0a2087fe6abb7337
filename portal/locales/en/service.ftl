# service
service-back = All services
service-absent = { $municipality } does not offer this here
service-absent-text = Turn to the municipal office of { $municipality }: at the counter, by telephone or by letter.
service-begin = Begin the application
service-pages = { $pages ->
        [one] The form has one page. What you fill in is saved as you go.
       *[other] The form has { $pages } pages. What you fill in is saved as you go.
    }
service-for-residents = This form is for residents. You are signed in as an official.
service-municipality = In which municipality?
service-look = Check whether it works online
service-papers = Papers that you need
service-no-papers = You need no papers.
service-asked = What the form asks
service-decides = Who is responsible
service-decides-municipality = The municipality that you give under “{ $field }”.
service-decides-chosen = { $municipality }, if you give this municipality under “{ $field }”.
service-involved = Also involved:
service-sign-in = Sign-in
service-sign-in-text = You sign in to submit. That is how you find your application again at any time.
service-cost = What it costs
service-duration = How long it takes
service-days = { $days ->
        [one] Usually one day.
       *[other] Usually { $days } days.
    }
needs-low = A simple sign-in is enough.
needs-substantial = A sign-in with a second factor is needed.
needs-high = A sign-in with a verified identity is needed.
