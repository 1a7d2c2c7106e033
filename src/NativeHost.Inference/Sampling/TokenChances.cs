using System.Buffers;
using System.Numerics.Tensors;
using System.Text;
using System.Text.Json;

namespace NativeHost.Inference.Sampling;

/// <summary>Tells how likely the model held a token that was chosen, and which others it held likely: before any rule of the sampling.</summary>
/// <remarks>Not thread-safe: one generation's. Allocates with every token, so it is only there where somebody asked for it.</remarks>
/// <param name="alternatives">How many of the likeliest tokens are told, 0 to <see cref="MostAlternatives"/>.</param>
internal sealed class TokenChances(int alternatives, ITokenizer tokenizer)
{
    public const int MostAlternatives = 20;

    // Rather than minus infinity, which JSON cannot say; what OpenAI's interface gives as well.
    private const double LeastLogProb = -9999;

    private readonly float[] _logits = new float[tokenizer.VocabularySize];
    private readonly float[] _weights = new float[tokenizer.VocabularySize];
    private readonly List<int> _likeliest = new(alternatives + 1);
    private readonly byte[] _piece = new byte[tokenizer.MaxPieceBytes];
    private double _logSum;

    /// <summary>Takes the model's logits, before the sampler uses them as scratch.</summary>
    public void Measure(ReadOnlySpan<float> logits)
    {
        logits.CopyTo(_logits);
        var largest = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, largest, _weights);
        TensorPrimitives.Exp(_weights, _weights);
        _logSum = largest + Math.Log(TensorPrimitives.Sum<float>(_weights));
        FindLikeliest();
    }

    /// <summary>Tells of the token that was chosen.</summary>
    /// <returns>
    /// JSON of an object in the shape of OpenAI's: <c>token</c>, <c>logprob</c> (natural logarithm), <c>bytes</c>, and <c>top_logprobs</c>, the
    /// likeliest first.
    /// </returns>
    public ReadOnlyMemory<byte> Of(Token chosen)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteFields(json, chosen.Id);
            json.WriteStartArray("top_logprobs"u8);
            foreach (var token in _likeliest)
            {
                json.WriteStartObject();
                WriteFields(json, token);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private void WriteFields(Utf8JsonWriter json, int token)
    {
        var bytes = _piece.AsSpan(0, tokenizer.WritePiece(new Token(token), _piece));
        json.WriteString("token"u8, Encoding.UTF8.GetString(bytes));
        json.WriteNumber("logprob"u8, Math.Max(_logits[token] - _logSum, LeastLogProb));
        json.WriteStartArray("bytes"u8);
        foreach (var value in bytes)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private void FindLikeliest()
    {
        _likeliest.Clear();
        if (alternatives == 0)
        {
            return;
        }

        var least = float.NegativeInfinity;
        for (var token = 0; token < _logits.Length; token++)
        {
            if (_logits[token] <= least && _likeliest.Count == alternatives)
            {
                continue;
            }

            var at = _likeliest.Count;
            while (at > 0 && _logits[_likeliest[at - 1]] < _logits[token])
            {
                at--;
            }

            _likeliest.Insert(at, token);
            if (_likeliest.Count > alternatives)
            {
                _likeliest.RemoveAt(alternatives);
            }

            least = _logits[_likeliest[^1]];
        }
    }
}
