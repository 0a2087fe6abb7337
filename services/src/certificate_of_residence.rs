//! The smallest service: one question, one task, a yes or a no.

use kanzlei_core::{Disclosure, FieldKind, Labels, Language, Service, ServiceProblems};

fn labels(de: &str, fr: &str, it: &str, en: &str) -> Labels {
    Labels::de(de)
        .with(Language::Fr, fr)
        .with(Language::It, it)
        .with(Language::En, en)
}

#[rustfmt::skip]
pub(super) fn service() -> Result<Service, ServiceProblems> {
    Service::builder("certificate-of-residence", labels(
            "Wohnsitzbestätigung", "Attestation de domicile", "Certificato di domicilio", "Certificate of residence"))
        .about(labels(
                "Die Gemeinde bestätigt, dass Sie bei ihr angemeldet sind.",
                "La commune atteste que vous y êtes annoncé.",
                "Il comune attesta che vi siete annunciati.",
                "The municipality confirms that you are registered there."),
            "documents", labels(
                "Ausweise und Bestätigungen", "Papiers et attestations", "Documenti e attestazioni", "Papers and certificates"))
        .keywords(Language::De, &["wohnsitzbescheinigung", "meldebestätigung", "anmeldebestätigung", "niederlassungsbestätigung",
            "adressnachweis", "nachweis", "bescheinigung", "bestätigung", "wohnsitz", "einwohnerkontrolle"])
        .keywords(Language::Fr, &["certificat de domicile", "attestation de résidence", "attestation d’établissement",
            "preuve de domicile", "justificatif de domicile", "adresse", "contrôle des habitants"])
        .keywords(Language::It, &["attestato di domicilio", "certificato di residenza", "conferma di domicilio",
            "prova di indirizzo", "indirizzo", "controllo abitanti"])
        .keywords(Language::En, &["proof of address", "proof of residence", "confirmation of residence", "residency", "registration certificate"])
        .valid_from(2024, 1, 1)
        .required("municipality", labels("Gemeinde", "Commune", "Comune", "Municipality"), FieldKind::Municipality)
        .plain("municipality", "Bezeichnet eine Behörde, keine Person")
        .optional("purpose", labels("Zweck", "Motif", "Scopo", "Purpose"), FieldKind::Text { max_length: 500 })
        .required("copies", labels("Anzahl Exemplare", "Nombre d’exemplaires", "Numero di copie", "Number of copies"),
            FieldKind::Integer { min: 1, max: 10 })
        .municipality_of("municipality")
        .phase("review", labels("Prüfung", "Examen", "Esame", "Review"))
        .task("review", "check-residence", labels(
            "Wohnsitz prüfen", "Vérifier le domicile", "Verificare il domicilio", "Check the residence"))
        .outcome("issued", labels("Ausgestellt", "Délivrée", "Rilasciato", "Issued"))
        .outcome("refused", labels("Abgelehnt", "Refusée", "Rifiutato", "Refused"))
        .disclosure(Disclosure::narrow("Datenschutzgesetz (KDSG), SRL 38"))
        .oversight("canton", "overseer")
        .build()
}
