using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Actions;
using NativeHost.Actions.Embeddings;
using NativeHost.Actions.Generation;
using NativeHost.Messages;

namespace NativeHost.Tests.Protocol;

/// <summary>Which way a message goes.</summary>
internal enum Direction
{
    ToHost,
    FromHost,
}

/// <summary>Reads the shapes of messages from the metadata that the serializer itself uses.</summary>
internal sealed class WireShapes(Meanings meanings)
{
    private readonly Dictionary<(Type, Direction), WireShape> _shapes = [];
    private readonly Dictionary<Type, WireShape> _settings = [];
    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>The shape of a record as it goes one way.</summary>
    public WireShape Of(Type type, Direction direction)
    {
        if (_shapes.TryGetValue((type, direction), out var known))
        {
            return known;
        }

        var shape = new WireShape(type.Name, meanings.Of(type));
        _shapes.Add((type, direction), shape);
        var info = InfoOf(type);
        if (info.Kind != JsonTypeInfoKind.Object)
        {
            throw new NotSupportedException($"{type} has a converter of its own: {nameof(WireShapes)} has to be told what that makes.");
        }

        var properties = info.Properties.Where(property => IsOnWire(property, direction)).Select(property => (Json: property, Code: PropertyOf(property)))
            .OrderBy(property => DepthOf(property.Code.DeclaringType)).ToList();
        var sample = direction == Direction.ToHost ? Empty(type) : null;
        shape.Fields =
        [
            .. properties.Where(property => !property.Json.IsExtensionData && property.Code.GetCustomAttribute<SynonymOfAttribute>() is null)
                .Select(property => FieldOf(property.Json, property.Code, direction, sample, SynonymsOf(property.Code, properties))),
        ];
        shape.Also = [.. properties.Where(property => property.Json.IsExtensionData).SelectMany(property => SettingsOf(property.Code))];
        shape.Needs =
        [
            .. type.GetCustomAttributes<RequiresAttribute>(inherit: false)
                .Select(needs => needs.Properties.Select(name => shape.Fields.Single(field => field.Name == properties.Single(property => property.Code.Name == name).Json.Name)).ToList()),
        ];
        return shape;
    }

    /// <summary>Gives records that go both ways, and have to have less of their fields on the way to the host, two names.</summary>
    public void NameApart()
    {
        foreach (var ((type, _), shape) in _shapes.Where(shape => shape.Key.Item2 == Direction.ToHost && _shapes.ContainsKey((shape.Key.Item1, Direction.FromHost))))
        {
            shape.Name = $"{type.Name}Input";
        }
    }

    /// <summary>The settings that a class lists.</summary>
    public WireShape SettingsOf(Type table)
    {
        if (!_settings.TryGetValue(table, out var shape))
        {
            var defaults = JsonSerializer.SerializeToNode(new GenerationSettings().View(), ActionsJson.Default.ParamsView)!.AsObject();
            _settings[table] = shape = new WireShape(table.Name[..^"Table".Length] + "s", meanings.Of(table));
            shape.Fields = [.. SettingsIn(table).Select(setting => FieldOf(setting.Value, setting.Property, defaults))];
        }

        return shape;
    }

    private static IEnumerable<(Setting Value, PropertyInfo Property)> SettingsIn(Type table)
        => table.GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType.IsAssignableTo(typeof(Setting)))
            .Select(property => ((Setting)property.GetValue(null)!, property));

    private WireField FieldOf(Setting setting, PropertyInfo property, JsonObject defaults)
        => new(
            setting.Name,
            TypeOf(setting.Values),
            meanings.Of(property),
            IsRequired: false,
            IsNullable: true,
            defaults[setting.Name] is JsonValue value ? value.ToJsonString() : null,
            setting.Synonyms);

    private static WireType TypeOf(SettingValues values) => values.Kind switch
    {
        SettingKind.Integer => new WireType.Integer(values.Least, values.Most, values.Also, AsText: true),
        SettingKind.Number => new WireType.Number(values.Least, values.Most, values.Also, AsText: true),
        SettingKind.Flag => new WireType.Flag(IsLenient: true),
        SettingKind.Biases => new WireType.Map(new WireType.Number(values.Least, values.Most)),
        _ => new WireType.Texts(SettingValues.MostTexts, SettingValues.MostTextLength),
    };

    private IEnumerable<WireShape> SettingsOf(PropertyInfo property)
        => property.GetCustomAttribute<SettingsAttribute>()?.Tables.Select(SettingsOf)
            ?? throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} takes any field, and no [Settings] says which.");

    private WireField FieldOf(JsonPropertyInfo json, PropertyInfo code, Direction direction, object? sample, IReadOnlyList<string> synonyms)
    {
        var nullability = _nullability.Create(code);
        var isNullable = nullability.ReadState == NullabilityState.Nullable && !IsGeneric(code);
        var isAlwaysWritten = code.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.Never;
        var isRequired = direction == Direction.ToHost ? json.IsRequired : !isNullable || isAlwaysWritten;
        return new WireField(
            json.Name,
            TypeOf(code, json.PropertyType, nullability, direction),
            MeaningOf(json, code),
            isRequired,
            isNullable && (direction == Direction.ToHost || isAlwaysWritten),
            direction == Direction.ToHost && !isRequired ? DefaultOf(code, sample!) : null,
            synonyms);
    }

    // Whose nullability the record leaves to its user.
    private static bool IsGeneric(PropertyInfo code)
        => code.DeclaringType is { IsGenericType: true } type && type.GetGenericTypeDefinition().GetProperty(code.Name)!.PropertyType.IsGenericParameter;

    // A base record's fields come before those that a record adds to them.
    private static int DepthOf(Type? type) => type is null ? 0 : DepthOf(type.BaseType) + 1;

    private string MeaningOf(JsonPropertyInfo json, PropertyInfo code)
    {
        var said = meanings.Of(code);
        return said.Length > 0 || code.DeclaringType!.GetCustomAttribute<SettingsAttribute>() is not { } settings ? said
            : meanings.Of(settings.Tables.SelectMany(SettingsIn).Single(setting => setting.Value.Name == json.Name || setting.Value.Synonyms.Contains(json.Name)).Property);
    }

    private WireType TypeOf(PropertyInfo code, Type type, NullabilityInfo nullability, Direction direction)
    {
        if (code.GetCustomAttribute<OneOfAttribute>() is { } oneOf)
        {
            return new WireType.Words(oneOf.Words);
        }

        if (code.GetCustomAttribute<ReadAsAttribute>() is { } readAs)
        {
            return readAs.Type == typeof(IReadOnlyList<string>) ? new WireType.Texts() : new WireType.Object(Of(readAs.Type, direction));
        }

        if (code.GetCustomAttribute<SettingsAttribute>() is not null)
        {
            return new WireType.AllOf([.. SettingsOf(code)]);
        }

        var range = code.GetCustomAttribute<RangeAttribute>();
        return TypeOf(type, nullability, direction) switch
        {
            WireType.Integer when range is not null => new WireType.Integer(range.Least, Finite(range.Most)),
            WireType.Number when range is not null => new WireType.Number(range.Least, Finite(range.Most)),
            var other => other,
        };
    }

    private WireType TypeOf(Type type, NullabilityInfo? nullability, Direction direction)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(RequestId))
        {
            return new WireType.Id();
        }

        if (type == typeof(JsonElement) || type.IsAssignableTo(typeof(JsonNode)))
        {
            return new WireType.Any();
        }

        if (type == typeof(EmbeddingVector))
        {
            return new WireType.Vector();
        }

        if (type == typeof(DateTimeOffset))
        {
            return new WireType.Time();
        }

        if (type.IsEnum)
        {
            return new WireType.Words([.. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, InfoOf(type))!.GetValue<string>())], type == typeof(ErrorCode));
        }

        if (Type.GetTypeCode(type) is not TypeCode.Object and var code)
        {
            return code switch
            {
                TypeCode.String => new WireType.Text(),
                TypeCode.Boolean => new WireType.Flag(),
                TypeCode.Single or TypeCode.Double => new WireType.Number(),
                >= TypeCode.SByte and <= TypeCode.UInt64 => new WireType.Integer(),
                _ => throw new NotSupportedException($"{type} has no form in the documents."),
            };
        }

        if (InterfaceOf(type, typeof(IReadOnlyDictionary<,>)) is { } map)
        {
            return new WireType.Map(TypeOf(map.GetGenericArguments()[1], null, direction));
        }

        if (type.IsAssignableTo(typeof(IEnumerable)))
        {
            var item = InterfaceOf(type, typeof(IEnumerable<>))!.GetGenericArguments()[0];
            var itemNullability = nullability?.ElementType ?? nullability?.GenericTypeArguments.FirstOrDefault();
            return new WireType.List(TypeOf(item, itemNullability, direction), itemNullability?.ReadState == NullabilityState.Nullable);
        }

        return new WireType.Object(Of(type, direction));
    }

    private static Type? InterfaceOf(Type type, Type generic)
        => type.GetInterfaces().Prepend(type).FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == generic);

    private static double? Finite(double bound) => double.IsFinite(bound) ? bound : null;

    private static JsonTypeInfo InfoOf(Type type)
        => ActionsJson.Default.GetTypeInfo(type) ?? MessagesJson.Default.GetTypeInfo(type) ?? DocumentedJson.Default.GetTypeInfo(type)
            ?? throw new InvalidOperationException($"{type} is in no JSON context.");

    private static bool IsOnWire(JsonPropertyInfo property, Direction direction)
        => direction == Direction.ToHost
            ? property.Set is not null || property.AssociatedParameter is not null || property.IsExtensionData
            : property.Get is not null;

    private static PropertyInfo PropertyOf(JsonPropertyInfo property)
        => property.AttributeProvider as PropertyInfo
            ?? throw new InvalidOperationException($"The serializer does not say which property {property.Name} is.");

    private static IReadOnlyList<string> SynonymsOf(PropertyInfo property, IEnumerable<(JsonPropertyInfo Json, PropertyInfo Code)> all)
        => [.. all.Where(other => other.Code.GetCustomAttribute<SynonymOfAttribute>()?.Property == property.Name).Select(other => other.Json.Name)];

    // What a request that says nothing holds; a required member may be missing in it.
    private static object Empty(Type type)
        => type.GetConstructor(Type.EmptyTypes) is null ? RuntimeHelpers.GetUninitializedObject(type) : Activator.CreateInstance(type)!;

    private static string? DefaultOf(PropertyInfo code, object sample) => JsonOf(code.GetCustomAttribute<DefaultAttribute>()?.Value ?? code.GetValue(sample));

    // Null for what is not short.
    private static string? JsonOf(object? value)
        => value switch
        {
            bool flag => flag ? "true" : "false",
            string text => $"\"{text}\"",
            Enum word => JsonSerializer.SerializeToNode(word, InfoOf(word.GetType()))!.ToJsonString(),
            IConvertible number when number.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal => number.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
}
