"""Train and use a small model."""
import io
import sentencepiece as spm

model = io.BytesIO()
spm.SentencePieceTrainer.train(sentence_iterator=iter(["hello world", "hello there", "the world is here"] * 30), model_writer=model, vocab_size=30, hard_vocab_limit=False, minloglevel=2)
sp = spm.SentencePieceProcessor(model_proto=model.getvalue())
ids = sp.encode("hello world")
print(sp.decode(ids), sp.encode("hello", out_type=str), sp.get_piece_size() > 10)
