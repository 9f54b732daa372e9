"""Writes records.tfevents: the records of one histogram and of hyper-parameters as TensorBoard makes
them, which tests/format/tfevents_test.cpp compares with its own. Writes tfevents.csv: what TensorBoard 2.21 (PyPI, with the loaders of its EventAccumulator) finds
in the event files of ../shared/data: for each tag with scalars the number of points, the sums of
steps, wall times and values, added in the order of the file. With file names as arguments it prints
scalars, histograms and hyper-parameters of those instead."""
import collections
import csv
import pathlib
import sys

from google.protobuf import struct_pb2
from tensorboard.backend.event_processing import event_accumulator, event_file_loader
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2
from tensorboard.summary.writer import record_writer
from tensorboard.util import tensor_util

here = pathlib.Path(__file__).parent
data = here / "../../../../shared/data"


def series(path):
    out = collections.OrderedDict()
    records = 0
    for event in event_file_loader.LegacyEventFileLoader(str(path)).Load():
        records += 1
        for value in event.summary.value:
            if value.WhichOneof("value") == "simple_value":
                number = value.simple_value
            elif value.WhichOneof("value") == "tensor" and value.tensor.dtype in (1, 2, 3, 9):
                array = tensor_util.make_ndarray(value.tensor)
                if array.size != 1:
                    continue
                number = float(array.ravel()[0])
            else:
                continue
            out.setdefault(value.tag, []).append((event.step, event.wall_time, number))
    return records, out


if len(sys.argv) > 1:
    for name in sys.argv[1:]:
        events = event_accumulator.EventAccumulator(name, size_guidance={"scalars": 0, "histograms": 0})
        events.Reload()
        for tag in events.Tags()["scalars"]:
            print(tag, [(e.step, e.value) for e in events.Scalars(tag)])
        for tag in events.Tags()["histograms"]:
            print(tag, [(e.step, e.histogram_value) for e in events.Histograms(tag)])
        for tag in events.summary_metadata:
            found = events.SummaryMetadata(tag)
            if found.plugin_data.plugin_name == "hparams":
                content = plugin_data_pb2.HParamsPluginData.FromString(found.plugin_data.content)
                print(tag, content)
else:
    def session(name, **info):
        content = plugin_data_pb2.HParamsPluginData()
        getattr(content, f"session_{name}").MergeFrom(
            getattr(plugin_data_pb2, info.pop("type"))(**info))
        return summary_pb2.Summary(value=[summary_pb2.Summary.Value(
            tag=f"_hparams_/session_{name}", tensor=metadata.NULL_TENSOR,
            metadata=metadata.create_summary_metadata(content))])

    # One a record, because the order of a map's entries in the bytes is not defined.
    starts = [
        session("start_info", type="SessionStartInfo", group_name="group", start_time_secs=10,
                hparams={key: struct_pb2.Value(**value)})
        for key, value in (("l2", {"number_value": 0.5}), ("method", {"string_value": "lbfgs"}),
                           ("scale", {"bool_value": True}))]
    end = session("end_info", type="SessionEndInfo", status=api_pb2.STATUS_SUCCESS,
                  end_time_secs=12)
    counts = summary_pb2.HistogramProto(min=1, max=4, num=4, sum=9, sum_squares=25,
                                        bucket_limit=[2, 3, 4], bucket=[3, 0, 1])
    counted = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="weights", histo=counts)])
    with open(here / "records.tfevents", "wb") as out:
        writer = record_writer.RecordWriter(out)
        for time, step, content in (*((10, 0, start) for start in starts), (11, 3, counted), (12, 0, end)):
            event = event_pb2.Event(wall_time=time, step=step, summary=content)
            writer.write(event.SerializeToString(deterministic=True))
    with open(here / "tfevents.csv", "w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow("file records series tag points steps wall_times values".split())
        for path in sorted([*data.glob("tfevents/*"), *data.glob("algoperf_runs/*/events*")]):
            name = path.relative_to(data)
            records, found = series(path)
            if not found:
                table.writerow([name, records, 0, "", 0, 0, 0, 0])
            for tag, points in found.items():
                sums = [sum(column, 0.0) for column in list(zip(*points))[1:]]
                table.writerow([name, records, len(found), tag, len(points),
                                sum(p[0] for p in points), *map(repr, sums)])
