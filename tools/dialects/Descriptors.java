import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;

/**
 * Writes spark-VERSION.json: what the JVM puts on the wire for every class that a standalone cluster exchanges.
 *
 * <p>Every descriptor is one that ObjectOutputStream itself wrote, parsed back from its bytes: nothing about SUIDs,
 * field order or flags is computed here. README.md tells how to run it and what the keys mean.
 */
public final class Descriptors {
  /** A class descriptor as it stands in a stream. */
  private record Wire(String name, long suid, int flags, List<String[]> fields) {}

  private final TreeMap<String, String> found = new TreeMap<>();
  private final TreeSet<String> absent = new TreeSet<>();
  private final Deque<String> pending = new ArrayDeque<>();
  /** Classes named in full: listed even when they cannot stand in a stream. */
  private final Set<String> named = new TreeSet<>();

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3) {
      System.err.println("usage: java -cp 'JARS/*:.' Descriptors SPARK-VERSION classes.txt OUT.json");
      System.exit(2);
    }
    Descriptors descriptors = new Descriptors();
    for (String line : Files.readAllLines(Path.of(arguments[1]))) {
      descriptors.want(line.strip());
    }
    descriptors.readAll();
    Files.writeString(Path.of(arguments[2]), descriptors.json(arguments[0]));
    System.out.printf("%s: %d classes, %d absent%n", arguments[0], descriptors.found.size(), descriptors.absent.size());
  }

  /** One line of classes.txt: a class, a prefix with a star (looked up in the spark-core jar), or a comment. */
  private void want(String line) throws IOException {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    if (!line.endsWith("*")) {
      named.add(line);
      pending.add(line);
      return;
    }
    String prefix = line.substring(0, line.length() - 1).replace('.', '/');
    for (String jar : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      if (!Path.of(jar).getFileName().toString().startsWith("spark-core_")) {
        continue;
      }
      try (JarFile file = new JarFile(jar)) {
        file.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.startsWith(prefix) && name.endsWith(".class") && !name.contains("$anon"))
            .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
            .forEach(pending::add);
      }
    }
  }

  private void readAll() throws IOException {
    while (!pending.isEmpty()) {
      String name = pending.remove();
      if (found.containsKey(name) || absent.contains(name)) {
        continue;
      }
      try {
        read(Class.forName(name, false, Descriptors.class.getClassLoader()));
      } catch (ClassNotFoundException e) {
        absent.add(name);
      }
    }
  }

  private void read(Class<?> type) throws IOException {
    boolean serializable = Serializable.class.isAssignableFrom(type);
    if (!serializable || type.isInterface()) {
      if (named.contains(type.getName())) {
        found.put(type.getName(), type.isInterface()
            ? "{\"interface\":true,\"serializable\":" + serializable + "}" : "{\"serializable\":false}");
      }
      return;
    }
    List<Wire> chain = written(type);
    Wire wire = chain.get(0);
    String parent = chain.size() > 1 ? chain.get(1).name() : null;
    StringJoiner fields = new StringJoiner(",", "[", "]");
    for (String[] field : wire.fields()) {
      fields.add("[" + quoted(field[0]) + "," + quoted(field[1]) + "]");
      follow(field[0]);
    }
    if (parent != null) {
      pending.add(parent);
    }
    StringJoiner keys = new StringJoiner(",", "{", "}");
    keys.add("\"suid\":\"" + wire.suid() + "\"");
    keys.add("\"hex\":\"" + String.format("%016x", wire.suid()) + "\"");
    keys.add("\"flags\":" + wire.flags());
    keys.add("\"fields\":" + fields);
    keys.add("\"super\":" + (parent == null ? "null" : quoted(parent)));
    keys.add("\"declaredSuid\":" + declaresSuid(type));
    for (String hook : new String[] {"writeReplace", "readResolve"}) {
      Class<?> owner = owner(type, hook);
      if (owner != null) {
        keys.add("\"" + hook + "\":" + (owner == type ? "true" : quoted(owner.getName())));
      }
    }
    if (readsItself(type)) {
      keys.add("\"readObject\":true");
    }
    if (Externalizable.class.isAssignableFrom(type)) {
      keys.add("\"externalizable\":true");
    }
    found.put(type.getName(), keys.toString());
  }

  /** A field's class belongs to the picture, too. */
  private void follow(String jvmType) {
    String name = null;
    if (jvmType.startsWith("L")) {
      name = jvmType.substring(1, jvmType.length() - 1).replace('/', '.');
    } else if (jvmType.startsWith("[L")) {
      name = jvmType.replace('/', '.');
    }
    if (name != null && !pending.contains(name)) {
      pending.add(name);
    }
  }

  /** The descriptor of a class and those of its superclasses, as a stream holds them. */
  private static List<Wire> written(Class<?> type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(ObjectStreamClass.lookupAny(type));
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    expect(in.readInt() == 0xACED0005, type);
    List<String> handles = new ArrayList<>();  // a string, or null for a descriptor
    List<Wire> chain = new ArrayList<>();
    for (int tag = in.readUnsignedByte(); tag != 0x70; tag = in.readUnsignedByte()) {
      expect(tag == 0x72, type);
      String name = in.readUTF();
      long suid = in.readLong();
      handles.add(null);
      int flags = in.readUnsignedByte();
      List<String[]> fields = new ArrayList<>();
      for (int count = in.readUnsignedShort(); count > 0; --count) {
        String fieldType = Character.toString(in.readUnsignedByte());
        String field = in.readUTF();
        if (fieldType.equals("L") || fieldType.equals("[")) {
          fieldType = typeString(in, handles, type);
        }
        fields.add(new String[] {fieldType, field});
      }
      expect(in.readUnsignedByte() == 0x78, type);
      chain.add(new Wire(name, suid, flags, fields));
    }
    expect(chain.get(0).name().equals(type.getName()), type);
    return chain;
  }

  private static String typeString(DataInputStream in, List<String> handles, Class<?> type) throws IOException {
    int tag = in.readUnsignedByte();
    if (tag == 0x71) {
      return handles.get(in.readInt() - 0x7E0000);
    }
    expect(tag == 0x74, type);
    handles.add(in.readUTF());
    return handles.get(handles.size() - 1);
  }

  private static void expect(boolean holds, Class<?> type) throws IOException {
    if (!holds) {
      throw new IOException("the descriptor of " + type.getName() + " has a form that this program does not know");
    }
  }

  private static boolean declaresSuid(Class<?> type) {
    try {
      int modifiers = type.getDeclaredField("serialVersionUID").getModifiers();
      return Modifier.isStatic(modifiers) && Modifier.isFinal(modifiers);
    } catch (NoSuchFieldException e) {
      return false;
    }
  }

  /** The class whose writeReplace or readResolve serialization would call for an instance of `type`; or null. */
  private static Class<?> owner(Class<?> type, String hook) {
    for (Class<?> one = type; one != null; one = one.getSuperclass()) {
      for (Method method : one.getDeclaredMethods()) {
        if (!method.getName().equals(hook) || method.getParameterCount() != 0
            || method.getReturnType() != Object.class) {
          continue;
        }
        int modifiers = method.getModifiers();
        boolean inherited = Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)
            || (!Modifier.isPrivate(modifiers) && one.getPackage() == type.getPackage());
        boolean callable = !Modifier.isStatic(modifiers) && !Modifier.isAbstract(modifiers);
        return callable && (one == type || inherited) ? one : null;
      }
    }
    return null;
  }

  private static boolean readsItself(Class<?> type) {
    try {
      return Modifier.isPrivate(type.getDeclaredMethod("readObject", ObjectInputStream.class).getModifiers());
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private String json(String version) throws ReflectiveOperationException {
    Object scala = Class.forName("scala.util.Properties").getMethod("versionNumberString").invoke(null);
    StringJoiner classes = new StringJoiner(",\n", "{\n", "\n}");
    found.forEach((name, keys) -> classes.add(quoted(name) + ":" + keys));
    StringJoiner missing = new StringJoiner(",", "[", "]");
    absent.forEach(name -> missing.add(quoted(name)));
    return "{\"spark\":" + quoted(version) + ",\"scala\":" + quoted(scala.toString()) + ",\"classes\":" + classes
        + ",\n\"absent\":" + missing + "}\n";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
