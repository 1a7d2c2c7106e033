using System.Text;

namespace NativeHost.Search.Vectors;

/// <summary>Vectors that survive the process, and are found by their angle.</summary>
/// <remarks>
/// Safe to call from any thread. What it holds can be made again from texts, so it promises less than a database: after a crash the last
/// vectors may be missing, and <see cref="Position"/> tells from where on. Only vectors of one model can be compared: a file of another
/// model is begun anew.
/// </remarks>
public sealed class VectorStore : IDisposable
{
    /// <summary>Bytes of what tells a model from others.</summary>
    public const int ModelKeyBytes = 32;

    private const int MostDimensions = 65_536;
    private const int MostKeyBytes = 1024;

    /// <summary>Of an honest vector the length is 1; of a stranger's a product of two must be a number.</summary>
    private const double MostLength = 1e9;

    /// <summary>Below so many records a file is not worth to be written anew.</summary>
    private const int LeastRecords = 1024;

    private readonly byte[] _model;
    private readonly Lock _gate = new();
    private readonly ReaderWriterLockSlim _filing = new();
    private readonly VectorFile _file;
    private readonly VectorIndex _index;
    private readonly List<long> _offsets;
    private int _records;

    private VectorStore(string path, int dimensions, byte[] model)
    {
        (_model, Dimensions) = (model, dimensions);
        (_file, _index, _offsets) = Read(path);
        if (_records > LeastRecords && _records > 2 * _index.Count)
        {
            try
            {
                WriteAnew(path);
            }
            catch
            {
                // Nobody else could open it while this one has it.
                _file.Dispose();
                _index.Dispose();
                throw;
            }

            (_file, _index, _offsets) = Read(path);
        }
    }

    /// <summary>Numbers of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>The highest position of what was added or removed; -1 before the first.</summary>
    public long Position { get; private set; } = -1;

    /// <summary>Vectors that can be found.</summary>
    public int Count => _index.Count;

    /// <summary>Bytes of memory, the keys' texts apart.</summary>
    public long MemoryBytes => _index.Bytes + (_offsets.Capacity * 8L);

    /// <summary>Opens the vectors in a file, or begins it.</summary>
    /// <param name="dimensions">Numbers of a vector, 1 to 65,536.</param>
    /// <param name="model"><see cref="ModelKeyBytes"/> that tell the model from others, such as a hash of its file.</param>
    /// <exception cref="IOException">The file cannot be opened, or another process has it.</exception>
    public static VectorStore Open(string path, int dimensions, byte[] model)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, MostDimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(model.Length, ModelKeyBytes);
        return new VectorStore(path, dimensions, model);
    }

    /// <summary>Adds a vector, in place of one of the same key.</summary>
    /// <param name="key">1 to 1,024 bytes of UTF-8.</param>
    /// <param name="vector">[dimensions]: finite numbers.</param>
    /// <param name="position">Where the caller stands with it.</param>
    /// <exception cref="ArgumentException">The key or the vector is not as said.</exception>
    /// <exception cref="IOException">The disk is full or broken; nothing was added.</exception>
    public void Add(string key, ReadOnlySpan<float> vector, long position)
    {
        CheckKey(key);
        CheckVector(vector);
        lock (_gate)
        {
            var offset = _file.Append(key, vector, position);

            // Searches read what is in the file.
            _file.Flush();
            _filing.EnterWriteLock();
            _offsets.Add(offset);
            _filing.ExitWriteLock();
            _index.Add(key, vector);
            Note(position);
        }
    }

    /// <summary>Removes a vector, where there is one of this key.</summary>
    /// <exception cref="IOException">The disk is full or broken; nothing was removed.</exception>
    public void Remove(string key, long position)
    {
        CheckKey(key);
        lock (_gate)
        {
            if (_index.Contains(key))
            {
                _file.AppendRemoval(key, position);
                _file.Flush();
                _index.Remove(key);
            }

            Note(position);
        }
    }

    public bool Contains(string key) => _index.Contains(key);

    /// <summary>The keys of all vectors that can be found.</summary>
    public IReadOnlyList<string> Keys() => [.. _index.Keys().Select(pair => pair.Key)];

    /// <inheritdoc cref="VectorIndex.Search"/>
    /// <exception cref="ArgumentException">The query has another size, or numbers that are none.</exception>
    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count, Func<string, bool>? filter = null)
    {
        CheckVector(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return _index.Search(query, count, filter);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
            _index.Dispose();
            _filing.Dispose();
        }
    }

    private (VectorFile File, VectorIndex Index, List<long> Offsets) Read(string path)
    {
        var offsets = new List<long>();
        var index = new VectorIndex(Dimensions, (slot, vector) => ReadVector(slot, vector));
        VectorFile? file = null;
        try
        {
            file = VectorFile.Open(path, Dimensions, _model, record =>
            {
                _records++;
                Position = Math.Max(Position, record.Position);
                if (record.Kind == VectorRecordKind.Vector)
                {
                    index.Add(record.Key, record.Vector.Span);
                    offsets.Add(record.Offset);
                }
                else
                {
                    index.Remove(record.Key);
                }
            });
            return (file, index, offsets);
        }
        catch
        {
            file?.Dispose();
            index.Dispose();
            throw;
        }
    }

    /// <summary>Leaves out of the file what was removed or replaced, and closes it. A crash meanwhile leaves it as it was.</summary>
    private void WriteAnew(string path)
    {
        var next = path + ".new";
        File.Delete(next);
        using (var file = VectorFile.Open(next, Dimensions, _model, _ => { }))
        {
            var vector = new float[Dimensions];
            foreach (var (key, slot) in _index.Keys())
            {
                _file.Read(_offsets[slot], vector);
                file.Append(key, vector, Position);
            }

            file.Flush();
        }

        _file.Dispose();
        _index.Dispose();
        File.Move(next, path, overwrite: true);
        _records = 0;
    }

    private void ReadVector(int slot, Span<float> vector)
    {
        _filing.EnterReadLock();
        var offset = _offsets[slot];
        _filing.ExitReadLock();
        _file.Read(offset, vector);
    }

    private void Note(long position)
    {
        _records++;
        Position = Math.Max(Position, position);
    }

    private static void CheckKey(string key)
    {
        if (key.Length == 0 || Encoding.UTF8.GetByteCount(key) > MostKeyBytes)
        {
            throw new ArgumentException($"A key has 1 to {MostKeyBytes} bytes.", nameof(key));
        }
    }

    private void CheckVector(ReadOnlySpan<float> vector)
    {
        if (vector.Length != Dimensions)
        {
            throw new ArgumentException($"The vector has {vector.Length} numbers; those here have {Dimensions}.", nameof(vector));
        }

        // False of what is no number, too.
        if (!(VectorIndex.Product(vector, vector) <= MostLength * MostLength))
        {
            throw new ArgumentException("The vector has numbers that are none, or is too long.", nameof(vector));
        }
    }
}
