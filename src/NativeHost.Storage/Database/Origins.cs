using LiteDB;

namespace NativeHost.Storage.Database;

/// <summary>Short numbers for the origins that have something in the store.</summary>
internal sealed class Origins
{
    private const string Name = "name";

    private readonly Table _table;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _names = [];
    private readonly Dictionary<string, List<int>> _families = new(StringComparer.Ordinal);

    public Origins(Table table)
    {
        _table = table;
        foreach (var document in table.All())
        {
            Add(document["_id"].AsInt32, document[Name].AsString);
        }
    }

    /// <summary>In order of their coming.</summary>
    public IEnumerable<int> Numbers => _names.Keys.Order();

    public string NameOf(int number) => _names[number];

    /// <summary>Those that limits count together: the same but for what follows a #.</summary>
    public IReadOnlyList<int> FamilyOf(int number) => _families[RootOf(NameOf(number))];

    /// <returns>Null for one that has stored nothing.</returns>
    public int? Find(string name) => _numbers.TryGetValue(name, out var number) ? number : null;

    /// <summary>Its number; a new one in a transaction that writes.</summary>
    public int NumberOf(string name)
    {
        if (Find(name) is { } known)
        {
            return known;
        }

        var number = _names.Count == 0 ? 1 : _names.Keys.Max() + 1;
        Note(number, name);
        return number;
    }

    /// <summary>Gives an origin the number that its rows have already.</summary>
    public void Note(int number, string name)
    {
        _table.Insert(new BsonDocument { ["_id"] = number, ["k"] = (int)RowKind.Origin, [Name] = name });
        Add(number, name);
    }

    /// <summary>Whether there is an origin with the number.</summary>
    public bool Has(int number) => _names.ContainsKey(number);

    private void Add(int number, string name)
    {
        _numbers.Add(name, number);
        _names.Add(number, name);
        var root = RootOf(name);
        if (!_families.TryGetValue(root, out var family))
        {
            _families.Add(root, family = []);
        }

        family.Add(number);
    }

    private static string RootOf(string name) => name.IndexOf('#', StringComparison.Ordinal) is var end and >= 0 ? name[..end] : name;
}
