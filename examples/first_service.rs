//! A service of your own, in forty lines: `cargo run --example first_service`.

use futures::executor::block_on;
use kanzlei::{
    Actor, Code, Command, Disclosure, FieldKind, Form, Kanzlei, Labels, OfficialId, PersonId,
    Service, TaskId, services,
};

#[rustfmt::skip] // A line a step.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bench = Service::builder("park-bench", Labels::de("Parkbank melden"))
        .valid_from(2025, 1, 1)
        .required("municipality", Labels::de("Gemeinde"), FieldKind::Municipality)
        .plain("municipality", "Bezeichnet eine Behörde, keine Person")
        .required("place", Labels::de("Ort"), FieldKind::Text { max_length: 200 })
        .municipality_of("municipality")
        .phase("repair", Labels::de("Reparatur"))
        .task("repair", "mend", Labels::de("Bank flicken"))
        .disclosure(Disclosure::narrow("Datenschutzgesetz (KDSG), SRL 38"))
        .build()?;
    let directory = tempfile::tempdir()?; // gone at the end
    let kanzlei = Kanzlei::open(directory.path())
        .register(services::register::lucerne()?)
        .service(bench)
        .start()?;
    let emmen = kanzlei.authority("Emmen")?;
    let anna = kanzlei.act_as(Actor::resident(PersonId::from_bytes([1; 16]), "Anna Muster"));
    let office = kanzlei.act_as(Actor::official(OfficialId::from_bytes([7; 16]), emmen, Code::new("clerk")?));

    let form = Form::new().with("municipality", emmen)?.with("place", "beside the Rotbach")?;
    let case = block_on(anna.submit("park-bench", form))?.case; // on disk when it returns
    let task = TaskId(1);
    for command in [Command::ClaimTask { task }, Command::CompleteTask { task }, Command::Close] {
        block_on(office.act(case, command))?;
    }
    println!("{} case of hers: {:#?}", block_on(anna.my_cases())?.len(), block_on(anna.case(case))?);
    drop((anna, office)); // each keeps the store open
    Ok(kanzlei.close()?)
}
