//! Why a text was refused, before anybody knows where: the place is found in the text as it was.

use crate::error::{Error, ErrorKind};
use crate::fields::{Misshape, found_at, limit, misshapen};
use crate::pointer::place_at;
use crate::token::{Fault, FaultKind};

/// Why a text was refused. Scanning writes over the text, so the place is looked for in another copy of it.
#[derive(Debug)]
pub struct Refusal(pub(crate) Reason);

#[derive(Debug)]
pub(crate) enum Reason {
    /// All is said.
    Told(Error),
    /// Scanning stopped.
    Fault(Fault),
    /// The JSON is right, and not of a spec's shape.
    Shape(Misshape),
}

impl Refusal {
    /// The error, with its place in `text`, which must be the text that was refused.
    pub fn locate(self, text: &[u8]) -> Error {
        let fault = match self.0 {
            Reason::Told(error) => return error,
            Reason::Shape(wrong) => return misshapen(text, wrong),
            Reason::Fault(fault) => fault,
        };
        let place = place_at(text, fault.offset);
        match fault.kind {
            FaultKind::Limit(over, maximum) => limit(over, maximum, place.pointer),
            FaultKind::Syntax(expected) => Error::new(ErrorKind::NotJson {
                found: found_at(text, fault.offset),
                place,
                expected,
            }),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Refusal(Reason::Fault(fault))
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal(Reason::Told(error))
    }
}

impl From<Misshape> for Refusal {
    fn from(wrong: Misshape) -> Self {
        Refusal(Reason::Shape(wrong))
    }
}
