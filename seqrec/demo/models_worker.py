"""The job that completes a shipped run's models: `python -m seqrec.demo.models_worker FOLDER`.

It fits the baselines again, on the log that they were fitted on, so that *What if* and the
export have them.
"""

import os
import shutil
import sys

from seqrec.demo.shipped import WEIGHTS_FOLDER
from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import ITEMS_FILE, load_catalogue, load_log, load_sequences
from seqrec.training.baselines import fit_baselines
from seqrec.training.companions import Companions, read_companions, write_companions
from seqrec.training.run import BUNDLE_FOLDER, load_run
from seqrec.translation.texts import mark
from seqrec.workspace import Workspace, remove_folder, whole_folder

_NICENESS = 10  # whoever opens the demo looks at patterns meanwhile


def models_job(reporter: JobReporter) -> None:
    """Put the weights, the items and the fitted baselines into the run's bundle."""
    folder = reporter.folder.parent
    workspace = Workspace(folder.parent.parent)
    run = load_run(workspace, folder.name)
    log = load_log(workspace, run.log_id)
    reporter.report(mark("Fitting the baselines"), 0.0)
    fitted = fit_baselines(
        leave_last_out(load_sequences(log)), load_catalogue(log), run.config.exclude_seen
    )
    shipped = folder / WEIGHTS_FOLDER
    blend = read_companions(shipped).blend
    with whole_folder(folder / BUNDLE_FOLDER) as making:
        shutil.copytree(shipped, making, dirs_exist_ok=True)
        shutil.copyfile(log.folder / ITEMS_FILE, making / ITEMS_FILE)
        write_companions(making, Companions(fitted.models, blend, run.config.exclude_seen))
    remove_folder(shipped)


if __name__ == "__main__":
    os.nice(_NICENESS)
    sys.exit(run_worker(models_job))
