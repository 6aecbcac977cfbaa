"""Writes checkpoints that transformers loads and that are not as published, and what transformers computes with each.

    python odd_checkpoints.py --vocabulary DIR --out DIR

Each becomes a folder OUT/<name>. OUT/reference.json has, by name, token ids, their logits (a row per id), and texts with
the ids that the folder's own tokenizer gives them.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import BioGptConfig, BioGptForCausalLM, BioGptForSequenceClassification, BioGptModel, BioGptTokenizer
from transformers.tokenization_utils_base import AddedToken

SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
         "max_position_embeddings": 64}
TEXTS = ["Patients with SARS-CoV-2 and [DRUG], SARS-CoV-22.", "[DRUG]", "blood pressure was IL6 measured; IL6R, (IL6)",
         "high blood pressure"]
LENGTH = 24


class Writer:
    def __init__(self, out: Path, vocabulary: Path) -> None:
        self.out, self.vocabulary, self.references = out, vocabulary, {}
        self.vocab_size = len(json.loads((vocabulary / "vocab.json").read_text("utf-8")))

    def model(self, kind: type = BioGptForCausalLM, **settings: object) -> torch.nn.Module:
        torch.manual_seed(20230313)
        model = kind(BioGptConfig(**{**SHAPE, "vocab_size": self.vocab_size, **settings})).eval()
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, std=0.08)
        return model

    def tokenizer(self) -> BioGptTokenizer:
        return BioGptTokenizer(str(self.vocabulary / "vocab.json"), str(self.vocabulary / "merges.txt"))

    def folder(self, name: str) -> Path:
        folder = self.out / name
        folder.mkdir()
        for file in ("vocab.json", "merges.txt"):
            shutil.copy(self.vocabulary / file, folder / file)
        return folder

    def save(self, name: str, model: torch.nn.Module, tokenizer: BioGptTokenizer | None = None) -> Path:
        folder = self.folder(name)
        model.save_pretrained(folder)
        if tokenizer is not None:
            tokenizer.save_pretrained(folder)
        return folder

    def refer(self, name: str, model: torch.nn.Module | None = None, texts: bool = False) -> None:
        """What the folder gives when transformers loads it, or what `model` gives where another version is needed."""
        folder = self.out / name
        model = (model or BioGptForCausalLM.from_pretrained(folder, dtype=torch.float32)).float().eval()
        rows = model.get_input_embeddings().weight.shape[0]
        generator = torch.Generator().manual_seed(5)
        ids = [2] + torch.randint(4, rows, (LENGTH - 2,), generator=generator).tolist() + [rows - 1]
        logits = model(torch.tensor([ids])).logits[0]
        reference = {"ids": ids, "logits": logits.tolist(), "texts": []}
        if texts:
            tokenizer = BioGptTokenizer.from_pretrained(folder)
            reference["texts"] = [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in TEXTS]
        self.references[name] = reference


def vocabularies(w: Writer) -> None:
    def added(name: str, tokens: list, special: dict | None = None, multiple: int | None = None,
              resize: bool = True) -> Path:
        tokenizer, model = w.tokenizer(), w.model()
        tokenizer.add_tokens(tokens)
        if special:
            tokenizer.add_special_tokens(special)
        if resize:
            model.resize_token_embeddings(len(tokenizer), pad_to_multiple_of=multiple, mean_resizing=False)
        return w.save(name, model, tokenizer)

    words = ["SARS-CoV-2", "[DRUG]"]
    for name, arguments in {
        "added": {"tokens": words},
        "added-many": {"tokens": words + ["SARS", "blood pressure", AddedToken("IL6", single_word=True)]},
        "added-stripping": {"tokens": [AddedToken("[DRUG]", lstrip=True, rstrip=True)]},
        "added-padded": {"tokens": words, "multiple": 64},
        "pad": {"tokens": [], "special": {"pad_token": "[PAD]"}},
        "pad-and-added": {"tokens": words, "special": {"pad_token": "[PAD]", "additional_special_tokens": ["[X]"]}},
        "pad-not-resized": {"tokens": [], "special": {"pad_token": "[PAD]"}, "resize": False},
        "known-word": {"tokens": ["protein"]},
    }.items():
        added(name, **arguments)
        w.refer(name, texts=True)
    # As transformers before 4.34 wrote it.
    folder = added("added-older", words, {"pad_token": "[PAD]"})
    config = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
    del config["added_tokens_decoder"]
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    w.refer("added-older", texts=True)
    for multiple in (8, 64, 1000):
        model = w.model()
        model.resize_token_embeddings(w.vocab_size, pad_to_multiple_of=multiple, mean_resizing=False)
        w.save(f"padded-{multiple}", model)
        w.refer(f"padded-{multiple}")


def types(w: Writer) -> None:
    for name, dtype in {"f64": torch.float64, "f16": torch.float16, "bf16": torch.bfloat16,
                        "f8-e4m3": torch.float8_e4m3fn, "f8-e5m2": torch.float8_e5m2,
                        "f8-e4m3fnuz": torch.float8_e4m3fnuz, "f8-e5m2fnuz": torch.float8_e5m2fnuz}.items():
        for form in ("safetensors", "bin"):
            model = w.model()
            folder = w.folder(f"{name}-{form}")
            model.config.save_pretrained(folder)
            state = {key: tensor.to(dtype) for key, tensor in model.state_dict().items()}
            del state["output_projection.weight"]
            if form == "bin":
                torch.save(state, folder / "pytorch_model.bin")
            else:
                save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
            model.load_state_dict({key: tensor.float() for key, tensor in state.items()}, strict=False)
            w.refer(f"{name}-{form}", model)
    model = w.model()
    folder = w.folder("mixed")
    model.config.save_pretrained(folder)
    state = model.state_dict()
    del state["output_projection.weight"]
    wide = {key: tensor.double() if "layer_norm" in key else tensor.half() for key, tensor in state.items()}
    save_file(wide, folder / "model.safetensors", metadata={"format": "pt"})
    w.refer("mixed")


def layouts(w: Writer) -> None:
    model = w.model()
    state = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    del state["biogpt.embed_tokens.weight"]
    folder = w.folder("alias")
    model.config.save_pretrained(folder)
    alias = {"format": "pt", "biogpt.embed_tokens.weight": "output_projection.weight"}
    save_file(state, folder / "model.safetensors", metadata=alias)
    w.refer("alias", model)

    folder = w.folder("alias-bin")
    model.config.save_pretrained(folder)
    torch.save(state, folder / "pytorch_model.bin")
    w.refer("alias-bin", model)

    w.folder("sharded")
    model.save_pretrained(w.out / "sharded", max_shard_size="100KB")
    w.refer("sharded")
    # An index that lists the tied weight by both names, as some tools write it; the shards hold it once.
    shutil.copytree(w.out / "sharded", w.out / "sharded-alias")
    path = w.out / "sharded-alias" / "model.safetensors.index.json"
    index = json.loads(path.read_text("utf-8"))
    index["weight_map"]["output_projection.weight"] = index["weight_map"]["biogpt.embed_tokens.weight"]
    path.write_text(json.dumps(index))
    w.refer("sharded-alias")

    model = w.model(tie_word_embeddings=False)
    w.save("untied", model)
    w.refer("untied")
    w.save("base", w.model(BioGptModel))
    w.refer("base")
    w.save("classifier", w.model(BioGptForSequenceClassification, num_labels=3))
    w.refer("classifier")


def pickles(w: Writer) -> None:
    model = w.model()
    state = model.state_dict()
    del state["output_projection.weight"]
    parameters = dict(model.named_parameters())
    parameter = torch.nn.Parameter(torch.ones(2))
    parameter.note = "an attribute"
    extras = {"names": {"size": torch.Size([2, 3]), "device": torch.device("cpu"), "dtype": torch.float32,
                        "bytes": b"\x00\xff", "bytearray": bytearray(b"ab"), "set": {1, 2}, "complex": 1 + 2j,
                        "long": 2**70, "layout": torch.strided},
              "sparse": torch.eye(3).to_sparse(), "with-attribute": parameter,
              "integers": torch.ones(3, dtype=torch.int32)}
    for name, content in {
        "parameters": parameters,
        "harmless-names": {**state, "extra": extras["names"]},
        "harmless-tensors": {**state, "sparse": extras["sparse"], "more": extras["with-attribute"],
                             "integers": extras["integers"]},
        "transposed": {key: tensor.t().contiguous().t() if tensor.dim() == 2 else tensor
                       for key, tensor in state.items()},
    }.items():
        folder = w.folder(f"pickle-{name}")
        model.config.save_pretrained(folder)
        torch.save(content, folder / "pytorch_model.bin")
        w.refer(f"pickle-{name}", model)
    for protocol in (3, 4, 5):
        folder = w.folder(f"pickle-protocol-{protocol}")
        model.config.save_pretrained(folder)
        torch.save({**state, "extra": {"bytes": b"\x00\xff", "set": {1, 2}}}, folder / "pytorch_model.bin",
                   pickle_protocol=protocol)
        w.refer(f"pickle-protocol-{protocol}", model)


def configurations(w: Writer) -> None:
    model = w.model(hidden_size=128, num_attention_heads=16, max_position_embeddings=1024)
    folder = w.save("config-without-defaults", model)
    path = folder / "config.json"
    config = json.loads(path.read_text("utf-8"))
    kept = {"model_type", "vocab_size", "hidden_size", "num_hidden_layers", "intermediate_size"}
    path.write_text(json.dumps({key: value for key, value in config.items() if key in kept}))
    w.refer("config-without-defaults")
    w.save("config-gelu-python", w.model(hidden_act="gelu_python"))
    w.refer("config-gelu-python")
    w.save("config-unscaled", w.model(scale_embedding=False))
    w.refer("config-unscaled")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocabulary", type=Path, required=True, help="folder with vocab.json and merges.txt")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    writer = Writer(arguments.out, arguments.vocabulary)
    for write in (vocabularies, types, layouts, pickles, configurations):
        write(writer)
    (arguments.out / "reference.json").write_text(json.dumps(writer.references))


if __name__ == "__main__":
    main()
