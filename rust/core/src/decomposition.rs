//! A workflow taken apart: objects, their hashes, closures, the version (U17, U18).

use crate::closure::closures;
use crate::error::Error;
use crate::graph::{Graph, Mode};
use crate::hash::{Hash, sha256};
use crate::hasher::{HostSha256, hash_all};
use crate::json::JsonWriter;
use crate::layout::{Layout, Part, PartKind};
use crate::scan::GAP;
use crate::spec::{Workflow, read_workflow};
use crate::{Limits, layout_v1, manifest};

/// A workflow taken apart.
#[derive(Debug)]
pub struct Decomposition {
    pub(crate) workflow: Workflow,
    pub(crate) graph: Graph,
    /// The objects, in the order of the families.
    pub(crate) objects: Layout,
    /// Per process: over itself, whatever it is stored with.
    pub(crate) contents: Vec<Hash>,
    /// Per process: over itself and all that it can reach.
    pub(crate) closures: Vec<Hash>,
    /// The other top-level fields, an object.
    pub(crate) rest: Vec<u8>,
    pub(crate) version: Hash,
    pub(crate) host: Option<HostSha256>,
}

impl Decomposition {
    /// Takes a workflow apart. `is_utf8` spares the check where the caller knows.
    ///
    /// # Errors
    /// What is wrong with the text, if anything is.
    pub fn of(text: &[u8], is_utf8: bool, limits: &Limits) -> Result<Self, Error> {
        Self::in_place([&[0; GAP], text].concat(), is_utf8, limits)
    }

    /// The same without a second copy of the text. `buffer` holds [`GAP`] bytes of anything, then the text, and is
    /// written over.
    ///
    /// # Errors
    /// What is wrong with the text, if anything is.
    pub fn in_place(buffer: Vec<u8>, is_utf8: bool, limits: &Limits) -> Result<Self, Error> {
        Self::with_host(buffer, is_utf8, limits, None)
    }

    /// The same with the help of a host that has a SHA-256 of its own.
    ///
    /// # Errors
    /// What is wrong with the text, if anything is.
    pub fn with_host(
        buffer: Vec<u8>,
        is_utf8: bool,
        limits: &Limits,
        host: Option<HostSha256>,
    ) -> Result<Self, Error> {
        let workflow = read_workflow(buffer, is_utf8, limits)?;
        let graph = Graph::of(&workflow);
        let (objects, contents) = hash_objects(&workflow, &graph, host);
        let closures = closures(&graph, &contents);
        let rest = rest_of(&workflow);
        let top = workflow.names.get(workflow.processes[0].id);
        let hashes = objects.parts.iter().map(|part| &part.hash[..]);
        let version = sha256(
            [&b"unitflow 2\n"[..], &sha256([top]), &sha256([&rest[..]])]
                .into_iter()
                .chain(hashes),
        );
        Ok(Decomposition {
            workflow,
            graph,
            objects,
            contents,
            closures,
            rest,
            version,
            host,
        })
    }

    /// The minified input, which pieces of a layout refer to.
    pub fn text(&self) -> &[u8] {
        &self.workflow.names.text
    }

    /// Identifies this version of the workflow: a hash of its objects' hashes.
    pub fn version(&self) -> &[u8; 32] {
        &self.version
    }

    /// Layout v2: the objects, and what else its manifest needs; `whole` asks for the manifest in one piece.
    pub fn into_layout_v2(self, whole: bool) -> manifest::LayoutV2 {
        manifest::layout_v2(self, whole)
    }

    pub(crate) fn id(&self, process: usize) -> &[u8] {
        self.workflow.names.get(self.workflow.processes[process].id)
    }

    /// Layout v1, as spiff-element-units 0.3.1 writes it (U6-U14).
    pub fn layout_v1(&self) -> Layout {
        layout_v1::layout_v1(&self.workflow)
    }
}

/// The objects, and per process the hash of what it is by itself, which does not depend on what is stored with it.
fn hash_objects(workflow: &Workflow, graph: &Graph, host: Option<HostSha256>) -> (Layout, Vec<Hash>) {
    let mut objects = Layout::default();
    let mut alone = Layout::default();
    for family in &graph.families {
        write_object(workflow, graph, &family.members, &mut objects);
        objects.finish(PartKind::Object, [0; 32]);
        if family.members.len() > 1 {
            for &process in &family.members {
                write_object(workflow, graph, &[process], &mut alone);
                alone.finish(PartKind::Object, [0; 32]);
            }
        }
    }
    let text = &workflow.names.text;
    let messages = [&objects, &alone].map(|layout| {
        let pieces = |part: &Part| &layout.pieces[part.first_piece..part.first_piece + part.pieces];
        let message = move |part| {
            pieces(part)
                .iter()
                .map(|piece| layout.bytes_of(piece, text))
                .collect()
        };
        layout.parts.iter().map(message).collect::<Vec<Vec<&[u8]>>>()
    });
    let [mut of_objects, of_alone] = messages;
    of_objects.extend(of_alone);
    let hashes = hash_all(&of_objects, objects.parts.len(), host);
    let (of_objects, of_alone) = hashes.split_at(objects.parts.len());
    let mut of_alone = of_alone.iter();
    let mut contents: Vec<Hash> = vec![[0; 32]; workflow.processes.len()];
    for ((family, part), hash) in graph.families.iter().zip(&mut objects.parts).zip(of_objects) {
        part.hash = *hash;
        match family.members[..] {
            [process] => contents[process] = *hash,
            _ => {
                for (&process, hash) in family.members.iter().zip(&mut of_alone) {
                    contents[process] = *hash;
                }
            }
        }
    }
    (objects, contents)
}

/// Writes an object as pieces: a line that says what its processes are, then a line a process.
fn write_object(workflow: &Workflow, graph: &Graph, members: &[usize], layout: &mut Layout) {
    let names = &workflow.names;
    let start = layout.extra.len();
    let mut json = JsonWriter::new(&mut layout.extra);
    json.open(b'[');
    for &process in members {
        json.open(b'{');
        json.key(b"id");
        json.string(names.get(workflow.processes[process].id));
        for mode in Mode::ALL {
            let mut of_mode = graph.references[process]
                .iter()
                .filter(|reference| reference.mode == mode)
                .peekable();
            if of_mode.peek().is_some() {
                json.key(key_of(mode));
                json.strings(of_mode.map(|reference| names.get(reference.target)));
            }
        }
        json.close(b'}');
    }
    json.close(b']');
    layout.extra.push(b'\n');
    layout.extra_since(start);
    // The newline that ends the first line serves all of them.
    let newline = layout.extra.len() - 1;
    for &process in members {
        layout.text(workflow.processes[process].text);
        layout.pieces.push(crate::layout::Piece {
            source: crate::layout::Source::Extra,
            start: newline,
            end: newline + 1,
        });
    }
}

/// The name of a mode in the first line of an object.
fn key_of(mode: Mode) -> &'static [u8] {
    match mode {
        Mode::Call => b"calls",
        Mode::Embed => b"embeds",
        Mode::Trigger => b"triggers",
        Mode::MaybeCall => b"maybeCalls",
        Mode::MaybeEmbed => b"maybeEmbeds",
    }
}

fn rest_of(workflow: &Workflow) -> Vec<u8> {
    let text = &workflow.names.text;
    let mut rest = vec![b'{'];
    for (key, value) in &workflow.rest {
        if rest.len() > 1 {
            rest.push(b',');
        }
        rest.extend(&text[key.start..key.end]);
        rest.push(b':');
        rest.extend(&text[value.start..value.end]);
    }
    rest.push(b'}');
    rest
}
