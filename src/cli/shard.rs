//! Shards: files with the results of a part of a run, and how they make the whole again.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::job::Job;
use crate::report::manifest::Asked;
use crate::report::publish;
use crate::report::summary::STREAM_CONTRACT;
use crate::scenario::Standalone;
use crate::simulate::{BLOCK_PATHS, Tape};

/// The first bytes of a shard file; the number is that of the layout.
const MAGIC: &[u8] = b"cabrio shard 1\n";
/// Bytes of the hash at the end.
const HASH: usize = 32;

/// Which part of a run: number `number` of `of`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) number: u64,
    pub(super) of: u64,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Part {
    /// Reads `3/7`, or for `auto` what the scheduler says by `variable`.
    pub(super) fn read(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let part = if text == "auto" {
            from_scheduler(variable)?
        } else {
            numbers(text).ok_or_else(|| wrong(text))?
        };
        if 0 < part.number && part.number <= part.of { Ok(part) } else { Err(wrong(&part.to_string())) }
    }

    /// The blocks of this part of all.
    pub(super) fn blocks(self, all: u64) -> Range<u64> {
        let edge = |number: u64| {
            let wide = u128::from(all) * u128::from(number) / u128::from(self.of);
            u64::try_from(wide).unwrap_or(all)
        };
        edge(self.number - 1)..edge(self.number)
    }

    /// The file's name.
    pub(super) fn file(self) -> String {
        let width = self.of.to_string().len();
        format!("{:0width$}-of-{}.shard", self.number, self.of)
    }
}

fn numbers(text: &str) -> Option<Part> {
    let (number, of) = text.split_once('/')?;
    Some(Part { number: number.parse().ok()?, of: of.parse().ok()? })
}

fn wrong(text: &str) -> Failure {
    Failure::Usage(format!("`--shard {text}` names no part: write 1/4 for the first of four, or auto"))
}

/// What array jobs of Slurm, AWS Batch and Kubernetes say. `CABRIO_SHARDS` says how many parts there are: Kubernetes does not tell a
/// container, and a Slurm task that is submitted again alone does not know.
fn from_scheduler(variable: impl Fn(&str) -> Option<String>) -> Result<Part, Failure> {
    let number = |name: &str| -> Result<Option<u64>, Failure> {
        let text = variable(name).filter(|text| !text.is_empty());
        let read = |text: String| {
            let told = || Failure::Usage(format!("`--shard auto`: {name} is `{text}`, which is no number"));
            text.parse().map_err(|_| told())
        };
        text.map(read).transpose()
    };
    let need = |name: &str, of: &str| {
        let told = format!("`--shard auto`: {of} is set and {name} is not; state the part as --shard I/N");
        number(name)?.ok_or(Failure::Usage(told))
    };
    let stated = number("CABRIO_SHARDS")?;
    if let (Some(number), Some(of)) = (number("SLURM_ARRAY_TASK_ID")?, stated) {
        return Ok(Part { number, of });
    }
    if let Some(id) = number("SLURM_ARRAY_TASK_ID")? {
        let of = "SLURM_ARRAY_TASK_ID";
        let (first, last, of) = (
            need("SLURM_ARRAY_TASK_MIN", of)?,
            need("SLURM_ARRAY_TASK_MAX", of)?,
            need("SLURM_ARRAY_TASK_COUNT", of)?,
        );
        if last.checked_sub(first).and_then(|span| span.checked_add(1)) != Some(of)
            || !(first..=last).contains(&id)
        {
            return Err(Failure::Usage(format!(
                "`--shard auto`: the array runs from {first} to {last} with {of} tasks, so the numbers have gaps; use an \
                 array without steps, or state the part as --shard I/N"
            )));
        }
        return Ok(Part { number: id - first + 1, of });
    }
    if let Some(index) = number("AWS_BATCH_JOB_ARRAY_INDEX")? {
        let size = || need("AWS_BATCH_JOB_ARRAY_SIZE", "AWS_BATCH_JOB_ARRAY_INDEX");
        let of = stated.map_or_else(size, Ok)?;
        return Ok(Part { number: index.saturating_add(1), of });
    }
    if let Some(index) = number("JOB_COMPLETION_INDEX")? {
        let of = need("CABRIO_SHARDS", "JOB_COMPLETION_INDEX")?;
        return Ok(Part { number: index.saturating_add(1), of });
    }
    Err(Failure::Usage(
        "`--shard auto` finds no array job: none of SLURM_ARRAY_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX and \
         JOB_COMPLETION_INDEX is set; state the part as --shard I/N"
            .to_owned(),
    ))
}

/// A shard file, its results still as bytes.
pub(super) struct Shard {
    pub(super) file: PathBuf,
    pub(super) part: Part,
    /// The same for all shards of a run.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) scenario_text: String,
    pub(super) scenario: Standalone,
    pub(super) asked: Asked,
    /// The command of the whole run.
    pub(super) command: String,
    pub(super) results: Vec<u8>,
}

impl Shard {
    /// A part of a job.
    pub(super) fn of(job: &Job, part: Part, results: Vec<u8>) -> Self {
        Self {
            file: PathBuf::new(),
            part,
            key: key(job),
            name: job.name.clone(),
            scenario_text: job.scenario_text.clone(),
            scenario: job.scenario.clone(),
            asked: job.asked.clone(),
            command: job.command.clone(),
            results,
        }
    }

    fn empty(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            part: Part { number: 1, of: 1 },
            key: String::new(),
            name: String::new(),
            scenario_text: String::new(),
            scenario: Standalone { text: String::new(), data: BTreeMap::new() },
            asked: Asked::default(),
            command: String::new(),
            results: Vec::new(),
        }
    }

    fn pass(&mut self, tape: &mut Tape<'_>, version: &mut String) {
        tape.text(version);
        tape.text(&mut self.key);
        tape.integer(&mut self.part.number);
        tape.integer(&mut self.part.of);
        for text in [&mut self.name, &mut self.scenario_text, &mut self.scenario.text, &mut self.command] {
            tape.text(text);
        }
        let mut data: Vec<(String, Vec<u8>)> = std::mem::take(&mut self.scenario.data).into_iter().collect();
        tape.list(&mut data, Default::default, |(name, content), tape| {
            tape.text(name);
            tape.bytes(content);
        });
        self.scenario.data = data.into_iter().collect();
        tape.list(&mut self.asked.cases, String::new, |case, tape| tape.text(case));
        tape.bytes(&mut self.results);
    }

    /// Writes the file, whole or not at all.
    pub(super) fn write(mut self, file: &Path) -> Result<(), Failure> {
        let mut tape = Tape::blank();
        self.pass(&mut tape, &mut env!("CARGO_PKG_VERSION").to_owned());
        let mut bytes = MAGIC.to_vec();
        bytes.extend(tape.into_bytes());
        let hash = blake3::hash(&bytes);
        bytes.extend(hash.as_bytes());
        let failed = |error: std::io::Error| {
            Failure::Output(format!("cannot write the shard `{}`: {error}", file.display()))
        };
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let mut scratch = publish::scratch_file(folder).map_err(failed)?;
        scratch.write_all(&bytes).and_then(|()| scratch.as_file().sync_all()).map_err(failed)?;
        scratch.persist(file).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Reads a file; why not, if it is none or damaged.
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let bytes = fs::read(file).map_err(|error| format!("cannot be read: {error}"))?;
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| "is no shard of this layout".to_owned())?;
        let content = rest.len().checked_sub(HASH).map(|end| (&rest[..end], &bytes[..bytes.len() - HASH]));
        let damaged = || "is damaged: its content does not have its checksum".to_owned();
        let (content, hashed) = content.ok_or_else(damaged)?;
        if blake3::hash(hashed).as_bytes() != &bytes[bytes.len() - HASH..] {
            return Err(damaged());
        }
        let (mut shard, mut version) = (Self::empty(file), String::new());
        let mut tape = Tape::of(content);
        shard.pass(&mut tape, &mut version);
        if version != env!("CARGO_PKG_VERSION") {
            return Err(format!(
                "was made by version {version}, and this is {}: all shards and the merge need one version",
                env!("CARGO_PKG_VERSION")
            ));
        }
        if tape.ended_well() { Ok(shard) } else { Err(damaged()) }
    }
}

/// Stands for everything that fixes the numbers of a run, and its report.
fn key(job: &Job) -> String {
    let mut hasher = blake3::Hasher::new();
    let texts = [
        env!("CARGO_PKG_VERSION"),
        STREAM_CONTRACT,
        &job.name,
        &job.scenario_text,
        &job.scenario.text,
        &job.command,
    ];
    let cases = job.asked.cases.iter().map(String::as_str);
    for text in texts.into_iter().chain(cases) {
        // The length keeps the parts apart.
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.update(&BLOCK_PATHS.to_le_bytes());
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(variables: &[(&str, &str)]) -> Result<Part, String> {
        let find = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Part::read("auto", find).map_err(|failure| failure.to_string())
    }

    #[test]
    fn parts_are_read() {
        let read = |text: &str| Part::read(text, |_| None).ok();
        assert_eq!(read("3/7"), Some(Part { number: 3, of: 7 }));
        for wrong in ["0/7", "8/7", "3", "3/", "-1/7", "1/0", "a/b", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    /// The variables as the schedulers' manuals have them.
    #[test]
    fn schedulers_are_understood() {
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "7"),
            ("SLURM_ARRAY_TASK_MIN", "5"),
            ("SLURM_ARRAY_TASK_MAX", "8"),
            ("SLURM_ARRAY_TASK_COUNT", "4"),
        ];
        assert_eq!(auto(&slurm), Ok(Part { number: 3, of: 4 }));
        let batch = [("AWS_BATCH_JOB_ARRAY_INDEX", "0"), ("AWS_BATCH_JOB_ARRAY_SIZE", "2")];
        assert_eq!(auto(&batch), Ok(Part { number: 1, of: 2 }));
        let kubernetes = [("JOB_COMPLETION_INDEX", "9"), ("CABRIO_SHARDS", "10")];
        assert_eq!(auto(&kubernetes), Ok(Part { number: 10, of: 10 }));
        assert!(auto(&kubernetes[..1]).unwrap_err().contains("CABRIO_SHARDS is not"));
        assert!(auto(&[("JOB_COMPLETION_INDEX", "x")]).unwrap_err().contains("no number"));
        assert!(auto(&[]).unwrap_err().contains("finds no array job"));
        // One task submitted again alone, with the number of parts stated: `sbatch --array=3`.
        let alone = [("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_COUNT", "1"), ("CABRIO_SHARDS", "8")];
        assert_eq!(auto(&alone), Ok(Part { number: 3, of: 8 }));
        let gaps = [slurm[0], slurm[1], slurm[2], ("SLURM_ARRAY_TASK_COUNT", "2")];
        assert!(auto(&gaps).unwrap_err().contains("gaps"));
    }

    #[test]
    fn parts_tile_the_blocks() {
        for (all, of) in [(1, 1), (10, 3), (977, 7), (u64::MAX, 1000)] {
            let mut end = 0;
            for number in 1..=of {
                let blocks = Part { number, of }.blocks(all);
                assert_eq!(blocks.start, end);
                end = blocks.end;
            }
            assert_eq!(end, all);
        }
    }
}
