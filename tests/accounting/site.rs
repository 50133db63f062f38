//! Where the system is and how to talk to it, across its restarts: what fails is tried again where
//! the system is then.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// How long one request may take before it is made anew.
const PATIENCE: Duration = Duration::from_secs(15);
/// Between two tries of a request that failed.
const PAUSE: Duration = Duration::from_millis(50);

/// The ready file.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ready {
    pub(crate) marketplace: String,
    pub(crate) dynamodb: String,
    pub(crate) sqs: String,
    pub(crate) tables: BTreeMap<String, String>,
    pub(crate) queues: BTreeMap<String, String>,
    pub(crate) dead_letters: BTreeMap<String, String>,
}

/// The system at one address.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) ready: Ready,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
}

impl Place {
    pub(crate) fn new(ready: Ready) -> Self {
        Self {
            sqs: feirante_sandbox::sqs_client(&ready.sqs),
            dynamodb: feirante_sandbox::dynamodb_client(&ready.dynamodb),
            ready,
        }
    }

    /// The URL of a queue the ready file does not name.
    pub(crate) fn queue(&self, name: &str) -> String {
        let beside = &self.ready.queues["offers"];
        let (directory, _) = beside.rsplit_once('/').unwrap();
        format!("{directory}/{name}")
    }
}

/// The system, wherever it is.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    place: Arc<RwLock<Arc<Place>>>,
    http: reqwest::Client,
}

impl Site {
    pub(crate) fn new(place: Place) -> Self {
        Self {
            place: Arc::new(RwLock::new(Arc::new(place))),
            http: reqwest::Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()
                .unwrap(),
        }
    }

    /// Where it is now.
    pub(crate) fn place(&self) -> Arc<Place> {
        self.place.read().unwrap().clone()
    }

    /// It has come up again.
    pub(crate) fn moved(&self, place: Place) {
        *self.place.write().unwrap() = Arc::new(place);
    }

    /// Makes a request until it succeeds. The tasks that ask end with the run, which has a limit.
    pub(crate) async fn insist<T, E>(
        &self,
        request: impl AsyncFn(Arc<Place>) -> Result<T, E>,
    ) -> T {
        loop {
            let tried = tokio::time::timeout(PATIENCE, request(self.place())).await;
            if let Ok(Ok(answer)) = tried {
                return answer;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Reads something at the marketplace's control API.
    pub(crate) async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        self.insist(async |place| {
            let url = format!("{}/control/{path}", place.ready.marketplace);
            let answer = self.http.get(url).send().await.map_err(drop)?;
            let text = answer.error_for_status().map_err(drop)?.bytes().await;
            let text = text.map_err(drop)?;
            Ok::<T, ()>(serde_json::from_slice(&text).unwrap_or_else(|error| {
                panic!("{path}: {error}: {}", String::from_utf8_lossy(&text))
            }))
        })
        .await
    }

    /// Does something at the marketplace's control API: its answer's status and body.
    pub(crate) async fn act(
        &self,
        method: reqwest::Method,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        self.insist(async |place| {
            let url = format!("{}/control/{path}", place.ready.marketplace);
            let request = self.http.request(method.clone(), url).json(body);
            let answer = request.send().await?;
            let status = answer.status().as_u16();
            let text = answer.bytes().await?;
            Ok::<_, reqwest::Error>((status, serde_json::from_slice(&text).unwrap_or_default()))
        })
        .await
    }

    /// The same where anything but success is a mistake of the test.
    pub(crate) async fn done(&self, method: reqwest::Method, path: &str, body: &Value) -> Value {
        let (status, answer) = self.act(method, path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }
}
