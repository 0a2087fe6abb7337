//! What must hold of a folder, whatever was done to the processes that worked in it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use futures::executor::block_on;
use kanzlei::core::KeySlot;
use kanzlei::core::domain::event::Event;
use kanzlei::core::record::Hash;
use kanzlei::{CaseId, CommandId, Kanzlei};

use crate::caller;
use crate::history::{Found, History, Said};
use crate::plan::{Caller, Deed, Plan, Step};
use crate::told::{Receipt, Told};
use crate::{Outcome, ensure, oracle, town};

/// What was checked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Checked {
    /// Commits in the log.
    pub commits: usize,
    /// Of them, those that somebody was told of.
    pub acknowledged: usize,
}

/// Opens a folder as a new process would, and checks that all is there that was acknowledged, that
/// nothing is there twice or that nobody asked for, that the views say what the log says, and that
/// verifying finds nothing. `text_max` is that of the work that was done.
///
/// # Errors
/// What doesn't hold.
pub fn check(folder: &Path, told: &Told, text_max: u64) -> Outcome<Checked> {
    let kanzlei = town::opening(folder)?.start()?;
    erased(&kanzlei, told)?;
    let history = History::read(&kanzlei)?;
    let work = Works::of(told, text_max);
    acknowledged(&history, told, &work)?;
    nothing_more(&history, told, &work)?;
    oracle::compare(&kanzlei, &history)?;
    beside(&kanzlei, &history, told, &work)?;
    // Whatever a process left half done is thrown away, and nothing else.
    block_on(kanzlei.sweep())?;
    beside(&kanzlei, &history, told, &work)?;
    again(&kanzlei, &history, told, &work)?;
    kanzlei.close()?;
    verified(folder)?;
    Ok(Checked {
        commits: history.commands.len(),
        acknowledged: told.done.len(),
    })
}

/// What each caller has begun, as it was planned.
struct Works(BTreeMap<Caller, Vec<Step>>);

impl Works {
    fn of(told: &Told, text_max: u64) -> Self {
        let begun = told.begun.iter().map(|(caller, last)| {
            let steps = Plan::of(*caller, text_max).take(*last as usize + 1);
            (*caller, steps.collect())
        });
        Self(begun.collect())
    }

    fn step(&self, caller: Caller, number: u32) -> Outcome<&Step> {
        let steps = self.0.get(&caller).map(Vec::as_slice).unwrap_or_default();
        let step = steps.get(number as usize);
        Ok(step.ok_or_else(|| format!("{caller:?} never began step {number}"))?)
    }

    /// What a step's text is, if it stands in the log.
    fn text(step: &Step) -> Option<&str> {
        let says = matches!(
            step.deed,
            Deed::Submit | Deed::Message | Deed::HandOver | Deed::Decide
        );
        says.then_some(step.text.as_str())
    }
}

/// All that was acknowledged is there, as it was, and each caller's in the caller's order.
fn acknowledged(history: &History, told: &Told, work: &Works) -> Outcome {
    let mut before: Option<(Caller, Receipt)> = None;
    for ((caller, number), receipt) in &told.done {
        let step = work.step(*caller, *number)?;
        let named = || format!("step {number} of {caller:?}, acknowledged at {receipt:?}");
        let found = history.commands.get(&step.id());
        let found = found.ok_or_else(|| format!("{}, is lost", named()))?;
        ensure(found.receipt == *receipt, || {
            format!("{}, stands at {:?}", named(), found.receipt)
        })?;
        says(found, step, told).map_err(|why| format!("{}: {why}", named()))?;
        if let Some((whose, earlier)) = before
            && whose == *caller
        {
            ensure(earlier.position < receipt.position, || {
                format!("{}, stands before the caller's step before", named())
            })?;
        }
        before = Some((*caller, *receipt));
    }
    Ok(())
}

/// It says what was planned; the applicant's words are there as long as nobody has erased them, and
/// no longer.
fn says(found: &Found, step: &Step, told: &Told) -> Outcome {
    let Some(text) = Works::text(step) else {
        return Ok(());
    };
    let gone = step.deed == Deed::Submit && told.erasing.contains(&found.receipt.case);
    match found.said.as_slice() {
        [Said::Text(found)] if !gone => ensure(found == text, || "it says something else".into()),
        [Said::Erased] if gone => Ok(()),
        [Said::Erased] => Err("its key is lost".into()),
        [Said::Text(_)] => Err("what was erased is back".into()),
        other => Err(format!("it says {} things", other.len()).into()),
    }
}

/// Nothing is there that nobody asked for: each command is one that was begun.
fn nothing_more(history: &History, told: &Told, work: &Works) -> Outcome {
    let steps = work.0.values().flatten();
    let begun: BTreeMap<CommandId, &Step> = steps.map(|step| (step.id(), step)).collect();
    let ours = |command: &CommandId| {
        let prefix = told.begun.keys().next().map(|caller| caller.mark());
        prefix.is_some_and(|prefix| command.as_bytes().starts_with(&prefix))
    };
    for (command, found) in history.commands.iter().filter(|(id, _)| ours(id)) {
        let step = begun.get(command);
        let step = step.ok_or_else(|| format!("nobody sent command {command}"))?;
        let whole = says(found, step, told);
        whole.map_err(|why| format!("step {} of {:?}: {why}", step.number, step.caller))?;
    }
    Ok(())
}

/// An erasure that was begun is ended, as whoever erases somebody would.
fn erased(kanzlei: &Kanzlei, told: &Told) -> Outcome {
    for case in told.erasing.difference(&told.erased) {
        block_on(caller::erase(kanzlei, *case))?;
    }
    Ok(())
}

/// Drafts and documents are there.
fn beside(kanzlei: &Kanzlei, history: &History, told: &Told, work: &Works) -> Outcome {
    for ((caller, number), id) in &told.drafts {
        let step = work.step(*caller, *number)?;
        let draft = block_on(kanzlei.drafts().get(&step.actor()?, *id))
            .map_err(|error| format!("draft {id}, acknowledged: {error}"))?;
        ensure(draft.content == caller::draft(step)?, || {
            format!("draft {id} says something else")
        })?;
    }
    for ((caller, number), receipt) in &told.done {
        let step = work.step(*caller, *number)?;
        if step.deed != Deed::Document {
            continue;
        }
        let (digest, slot) = document(history, receipt.case)?;
        let read = block_on(kanzlei.documents().read(digest, slot));
        // What an applicant has handed in goes with them.
        if told.erasing.contains(&receipt.case) {
            ensure(read.is_err(), || {
                format!(
                    "the document of case {}, which was erased, is back",
                    receipt.case
                )
            })?;
            continue;
        }
        let mut document =
            read.map_err(|error| format!("the document of case {}: {error}", receipt.case))?;
        let mut text = String::new();
        document.read_to_string(&mut text)?;
        ensure(text == caller::paper(step), || {
            format!("the document of case {} says something else", receipt.case)
        })?;
    }
    Ok(())
}

/// The only document of a case.
fn document(history: &History, case: CaseId) -> Outcome<(Hash, KeySlot)> {
    let events = history.cases.get(&case).into_iter().flatten();
    let mut documents = events.filter_map(|happened| match &happened.event {
        Event::DocumentReferenced(document) => Some((document.digest, document.slot)),
        _ => None,
    });
    let found = documents.next();
    Ok(found.ok_or_else(|| format!("case {case} names no document"))?)
}

/// A command that was on its way when the process died is sent again: it gets its receipt if it
/// stands in the log, and is done now if it doesn't.
fn again(kanzlei: &Kanzlei, history: &History, told: &Told, work: &Works) -> Outcome {
    for (caller, last) in &told.begun {
        let step = work.step(*caller, *last)?;
        if told.done.contains_key(&(*caller, *last)) || step.command()?.is_none() {
            continue;
        }
        let receipt = block_on(caller::send(
            kanzlei,
            step,
            case_of(*caller, step, told, work),
        ));
        let receipt = receipt.map_err(|error| format!("{step:?}, sent again: {error}"))?;
        let found = history.commands.get(&step.id());
        ensure(found.is_none_or(|found| found.receipt == receipt), || {
            format!("{step:?}, sent again, got another receipt: {receipt:?}")
        })?;
    }
    Ok(())
}

/// The case that a step is about.
fn case_of(caller: Caller, step: &Step, told: &Told, work: &Works) -> Option<CaseId> {
    let opening = |other: &&Step| other.case == step.case && other.deed == Deed::Submit;
    let opening = work.0.get(&caller)?.iter().find(opening)?;
    let receipt = told.done.get(&(caller, opening.number))?;
    Some(receipt.case)
}

/// Verifying finds nothing.
fn verified(folder: &Path) -> Outcome {
    let verified = town::opening(folder)?.ground()?.verify(&|| {})?;
    ensure(verified.findings.is_empty(), || {
        format!("verifying finds {:?}", verified.findings)
    })
}
