//! The process that is killed: many callers at once, each following its plan and saying what it was
//! told.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei::{CaseId, Code, Declared, DraftContent, Kanzlei, Naming, Order, PartyId, Revision};

use crate::plan::{Caller, Deed, Plan, Step};
use crate::told::{Line, Receipt};
use crate::town::{self, SERVICE};
use crate::{Failure, Outcome};

/// The only party of a case.
const APPLICANT: PartyId = PartyId(1);

/// What a process is to do.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// The seed of everything.
    pub seed: u64,
    /// Which process on the same folder this is.
    pub round: u32,
    /// How many callers there are at once.
    pub callers: u32,
    /// Bytes of the longest text that they write.
    pub text_max: u64,
    /// How many steps each takes; if none is said, they go on until they are killed.
    pub steps: Option<u32>,
    /// Whether it compacts meanwhile, again and again.
    pub compacts: bool,
}

impl Work {
    /// One of its callers.
    pub const fn caller(&self, number: u32) -> Caller {
        Caller {
            seed: self.seed,
            round: self.round,
            number,
        }
    }

    /// What that caller does.
    pub fn plan(&self, number: u32) -> Plan {
        Plan::of(self.caller(number), self.text_max)
    }
}

/// Works in a folder. A caller whose step fails says so and ends; the others go on.
///
/// # Errors
/// If the installation doesn't open or close.
pub fn run(folder: &Path, work: Work) -> Outcome {
    let kanzlei = town::opening(folder)?.start()?;
    say(&Line::Open);
    let done = Arc::new(AtomicBool::new(false));
    let compacting = work.compacts.then(|| {
        let (kanzlei, done) = (kanzlei.clone(), Arc::clone(&done));
        thread::spawn(move || compact(&kanzlei, &done))
    });
    let callers = (0..work.callers).map(|number| call(&kanzlei, work, number));
    block_on(join_all(callers));
    done.store(true, Ordering::Relaxed);
    if let Some(compacting) = compacting {
        compacting.join().map_err(|_| "compacting panicked")?;
    }
    kanzlei.close()?;
    Ok(())
}

/// Compacts until all else is done; a process that can't ends by itself, which it must not.
fn compact(kanzlei: &Kanzlei, done: &AtomicBool) {
    while !done.load(Ordering::Relaxed) {
        say(&Line::Compacting);
        if let Err(why) = kanzlei.compact(&|_, _, _| {}) {
            eprintln!("compacting: {why}");
            std::process::exit(1);
        }
        say(&Line::Compacted);
    }
}

async fn call(kanzlei: &Kanzlei, work: Work, number: u32) {
    let mut cases = HashMap::new();
    let steps = work.steps.map_or(usize::MAX, |steps| steps as usize);
    for step in work.plan(number).take(steps) {
        say(&Line::Begun(number, step.number));
        if let Err(why) = take(kanzlei, &step, &mut cases).await {
            say(&Line::Failed(number, step.number, why.to_string()));
            return;
        }
    }
}

/// In one piece, so that a kill leaves whole lines or the start of one.
fn say(line: &Line) {
    let mut out = std::io::stdout().lock();
    // Who doesn't listen any more is about to kill this process.
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}

/// Takes a step, and says what came of it.
async fn take(kanzlei: &Kanzlei, step: &Step, cases: &mut HashMap<u32, CaseId>) -> Outcome {
    let (number, case) = (step.caller.number, cases.get(&step.case).copied());
    let open = || Failure::from("its case isn't open");
    match step.deed {
        Deed::Draft => {
            let drafts = kanzlei.drafts();
            let (id, actor) = (drafts.new_id()?, step.actor()?);
            let saved = drafts.save(&actor, id, Revision::NONE, draft(step)?);
            saved.await?;
            say(&Line::Draft(number, step.number, id));
        }
        Deed::Erase => {
            let case = case.ok_or_else(open)?;
            say(&Line::Erasing(case));
            erase(kanzlei, case).await?;
            say(&Line::Erased(case));
        }
        Deed::Document => {
            let receipt = document(kanzlei, step, case.ok_or_else(open)?).await?;
            say(&Line::Done(number, step.number, receipt));
        }
        _ => {
            let receipt = send(kanzlei, step, case).await?;
            cases.insert(step.case, receipt.case);
            say(&Line::Done(number, step.number, receipt));
        }
    }
    Ok(())
}

/// Sends the command of a step.
///
/// # Errors
/// What the engine says.
pub async fn send(kanzlei: &Kanzlei, step: &Step, case: Option<CaseId>) -> Outcome<Receipt> {
    let command = step.command()?.ok_or("this step is no command")?;
    let case = case.filter(|_| step.deed != Deed::Submit);
    let session = kanzlei.act_as(step.actor()?);
    let receipt = session.send(Order::new(step.id(), case, command)).await?;
    Ok(Receipt {
        position: receipt.position,
        case: receipt.case,
        version: receipt.version,
    })
}

/// What the draft of a step holds.
///
/// # Errors
/// Never: the service's name is a code.
pub fn draft(step: &Step) -> Outcome<DraftContent> {
    Ok(DraftContent {
        service: Code::new(SERVICE)?,
        edition: 1,
        language: None,
        fields: [("what".to_owned(), step.text.clone())].into(),
        step: 1,
    })
}

/// The document of a step: what begins so is taken for a PDF.
pub fn paper(step: &Step) -> String {
    format!("%PDF-1.7\n{}", step.text)
}

async fn document(kanzlei: &Kanzlei, step: &Step, case: CaseId) -> Outcome<Receipt> {
    let session = kanzlei.act_as(step.actor()?);
    let declared = Declared {
        name: "what-i-lost.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        length: None,
    };
    let mut upload = session.upload(declared).await?;
    upload.write(paper(step).as_bytes())?;
    let uploaded = upload.finish().await?;
    let naming = Naming {
        id: Some(step.id()),
        case,
        if_version: None,
        kind: Code::new("description")?,
        digest: uploaded.digest,
    };
    let receipt = session.name_document(naming).await?;
    Ok(Receipt {
        position: receipt.position,
        case: receipt.case,
        version: receipt.version,
    })
}

/// Erases the applicant from a case. Begun and not ended, it is done again.
///
/// # Errors
/// What doesn't work.
pub async fn erase(kanzlei: &Kanzlei, case: CaseId) -> Outcome {
    let erasure = kanzlei.erasure(case, Some(APPLICANT)).await?;
    Ok(kanzlei.erase(&erasure).await?)
}

/// How the program is told to do this work.
pub fn words(folder: &Path, work: Work) -> Vec<OsString> {
    let Work {
        seed,
        round,
        callers,
        text_max,
        steps,
        compacts,
    } = work;
    let mut words = vec!["work".into(), folder.into()];
    let numbers = [seed, round.into(), callers.into(), text_max];
    words.extend(numbers.map(|number| number.to_string().into()));
    words.push(compacts.to_string().into());
    words.extend(steps.map(|steps| steps.to_string().into()));
    words
}

impl Work {
    /// What `words` has said, after the folder.
    ///
    /// # Errors
    /// If that isn't numbers.
    pub fn read(words: &[&str]) -> Outcome<Self> {
        let ([seed, round, callers, text_max, compacts], steps) = words
            .split_first_chunk()
            .ok_or("say seed, round, callers, the longest text and whether it compacts")?;
        Ok(Self {
            seed: seed.parse()?,
            round: round.parse()?,
            callers: callers.parse()?,
            text_max: text_max.parse()?,
            steps: steps.first().map(|steps| steps.parse()).transpose()?,
            compacts: compacts.parse()?,
        })
    }
}
