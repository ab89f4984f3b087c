"""Train a tokenizer and encode."""
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

t = Tokenizer(models.BPE(unk_token="[UNK]"))
t.pre_tokenizer = pre_tokenizers.Whitespace()
t.train_from_iterator(["hello world", "hello there world"] * 5, trainers.BpeTrainer(vocab_size=40, special_tokens=["[UNK]"], show_progress=False))
e = t.encode("hello new world")
print(e.tokens, e.offsets, t.decode(e.ids), t.get_vocab_size(), [x.tokens for x in t.encode_batch(["he", "wor"])])
