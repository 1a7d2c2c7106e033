using NativeHost.Inference.Embedding;
using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>Puts the vectors of a request's units together, in the order of its texts.</summary>
/// <param name="count">Texts of the request.</param>
internal sealed class JoinedVectors(int count)
{
    /// <summary>Numbers of all vectors of a request: 256 MiB.</summary>
    public const int MostNumbers = 64 * 1024 * 1024;

    private readonly int[] _tokenCounts = new int[count];
    private readonly SortedSet<int> _truncated = [];
    private float[]? _vectors;
    private int _dimensions;
    private string _prefix = "";

    /// <param name="unit">Which texts these are.</param>
    /// <exception cref="RequestException">The vectors of all the request's texts are too many.</exception>
    public void Add(IReadOnlyList<int> unit, EmbeddingResult result)
    {
        if (_vectors is null)
        {
            (_dimensions, _prefix) = (result.Dimensions, result.Prefix);
            _vectors = (long)count * _dimensions <= MostNumbers ? new float[count * _dimensions] : throw new RequestException(
                ErrorCode.InvalidRequest,
                $"Invalid request: {count:N0} vectors of {_dimensions:N0} numbers are too many for one request. With this model it may have {MostNumbers / _dimensions:N0} texts.");
        }

        for (var i = 0; i < unit.Count; i++)
        {
            result.Vector(i).Span.CopyTo(_vectors.AsSpan(unit[i] * _dimensions, _dimensions));
            _tokenCounts[unit[i]] = result.TokenCounts[i];
        }

        _truncated.UnionWith(result.Truncated.Select(text => unit[text]));
    }

    public EmbeddingResult Result() => new(_dimensions, _vectors, _tokenCounts, [.. _truncated], _prefix);
}

/// <summary>Puts the scores of a request's units together, in the order of its documents.</summary>
/// <param name="count">Documents of the request.</param>
internal sealed class JoinedScores(int count)
{
    private readonly double[] _scores = new double[count];
    private readonly double[] _outputs = new double[count];
    private readonly int[] _tokenCounts = new int[count];
    private readonly SortedSet<int> _truncated = [];

    /// <param name="unit">Which documents these are.</param>
    public void Add(IReadOnlyList<int> unit, RerankResult result)
    {
        for (var i = 0; i < unit.Count; i++)
        {
            (_scores[unit[i]], _outputs[unit[i]], _tokenCounts[unit[i]]) = (result.Scores[i], result.Outputs[i], result.TokenCounts[i]);
        }

        _truncated.UnionWith(result.Truncated.Select(document => unit[document]));
    }

    public RerankResult Result() => new(_scores, _outputs, _tokenCounts, [.. _truncated]);
}
