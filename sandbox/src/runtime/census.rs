//! Which processes run: to be counted, and to be killed in the middle of their work.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// The processes that run, by the id the Runtime API knows them by.
#[derive(Debug, Default)]
pub(super) struct Census(Mutex<BTreeMap<String, Resident>>);

#[derive(Debug)]
struct Resident {
    function: String,
    pid: u32,
    kill: CancellationToken,
}

/// A process's place in the census, left when this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    id: String,
    census: Arc<Census>,
}

impl Census {
    pub(super) fn enter(
        self: &Arc<Self>,
        id: String,
        function: &str,
        pid: u32,
        kill: CancellationToken,
    ) -> Entry {
        let resident = Resident {
            function: function.to_owned(),
            pid,
            kill,
        };
        self.residents().insert(id.clone(), resident);
        Entry {
            id,
            census: Arc::clone(self),
        }
    }

    /// The process ids of a function.
    pub(super) fn of(&self, function: &str) -> Vec<u32> {
        let residents = self.residents();
        let of_function = residents.values().filter(|one| one.function == function);
        of_function.map(|one| one.pid).collect()
    }

    /// Kills the process with that id, if it is a function's.
    pub(super) fn kill(&self, pid: u32) -> bool {
        match self.residents().values().find(|one| one.pid == pid) {
            Some(resident) => {
                resident.kill.cancel();
                true
            }
            None => false,
        }
    }

    fn residents(&self) -> MutexGuard<'_, BTreeMap<String, Resident>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.census.residents().remove(&self.id);
    }
}
