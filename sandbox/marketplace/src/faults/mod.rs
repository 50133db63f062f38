//! What goes wrong on purpose (protocol §5.3).
//!
//! Faults are set per account and call name, for the seller's calls and the marketplace's own.
//! Whoever handles a call asks [`Faults::plan`] once what shall happen to it. Chance comes from the
//! seed of the options, separately for each account and call name, so that a run can be repeated
//! as far as its calls come in the same order.

mod knobs;
mod plan;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sha2::{Digest as _, Sha256};

pub use knobs::{AccountFaults, Down, Fault, FaultRule, RouteFaults};
pub(crate) use plan::{End, Plan, Shape};

use crate::name::CallName;

/// The faults of all accounts.
pub(crate) struct Faults {
    seed: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    accounts: BTreeMap<String, AccountFaults>,
    chance: BTreeMap<(String, CallName), StdRng>,
}

impl Faults {
    /// No faults yet.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            state: Mutex::default(),
        }
    }

    /// What shall happen to a call that is made now. Rules with a count are used up by it.
    pub(crate) fn plan(&self, account: &str, name: CallName) -> Plan {
        let mut state = self.state();
        let State { accounts, chance } = &mut *state;
        let Some(faults) = accounts.get_mut(account) else {
            return Plan::default();
        };
        let chance = chance
            .entry((account.to_owned(), name))
            .or_insert_with(|| self.chance(account, name));
        Plan::make(faults, name, chance)
    }

    /// Whether the whole account is down, and how.
    pub(crate) fn down(&self, account: &str) -> Option<Down> {
        self.state().accounts.get(account)?.down
    }

    /// The faults set for the account.
    pub(crate) fn of(&self, account: &str) -> AccountFaults {
        self.state()
            .accounts
            .get(account)
            .cloned()
            .unwrap_or_default()
    }

    /// Changes the faults of the account.
    pub(crate) fn change(&self, account: &str, change: impl FnOnce(&mut AccountFaults)) {
        change(self.state().accounts.entry(account.to_owned()).or_default());
    }

    /// Takes all faults of all accounts away. Chance starts again from the seed.
    pub(crate) fn reset(&self) {
        *self.state() = State::default();
    }

    /// Where chance starts for a call name of an account.
    fn chance(&self, account: &str, name: CallName) -> StdRng {
        let digest = Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update(account)
            .chain_update([0])
            .chain_update(name.as_str())
            .finalize();
        StdRng::from_seed(digest.into())
    }

    /// The state; a panic while it was locked can at most have lost a count.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
